"""Names from people: what deceives a reader is removed, and nothing is cut inside a letter."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.names import NAME_LIMIT, clean_name, clean_text, cut, display_name, slugify

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)
HOSTILE = st.text(
    st.sampled_from("ab \u0301\u200b\u200d\u202e\u2066\ufeff\u0000\n\ud800\u1100\u1161\U000e0041"),
    max_size=30,
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.attack(45)
@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("\u2066Dana\u2069", "Dana"),
        ("\u200eDana\u200f", "Dana"),
        ("Da\u200bna", "Dana"),
        ("Da\u2060na\ufeff", "Dana"),
        ("Da\u00adna", "Dana"),
        ("Dana\U000e0041\U000e007f", "Dana"),
        ("Da\u2028na", "Da na"),
        ("Da\u200dna", "Dana"),
        ("\u200cDana\u200d", "Dana"),
    ],
)
def test_it_removes_what_deceives_a_reader(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.attack(45)
@pytest.mark.parametrize(
    "blank",
    [
        "",
        " ",
        "\t\n",
        "\u200b\u200b",
        "\u202e",
        "\u3164",
        "\u2800",
        "\u115f\u1160",
        "\u200d",
        "\u0301",
    ],
)
def test_it_refuses_a_name_that_nobody_can_see(blank: str) -> None:
    with pytest.raises(Invalid, match="name_blank"):
        clean_name(blank)


@pytest.mark.attack(47)
@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Da\x00na", "Da na"),
        ("Da\x1bna", "Da na"),
        ("Da\x85na", "Da na"),
        ("Da\x7fna", "Da na"),
        ("Da\ud83dna", "Dana"),
        ("Da\ue000na", "Dana"),
        ("Da\ufffena", "Dana"),
        ("Da\r\nna", "Da na"),
    ],
)
def test_it_removes_what_no_database_keeps(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "דנה",
        "محمد",
        "\u0645\u06cc\u200c\u0631\u0648\u0645",
        "क्\u200dष",
        "山田 太郎",
        "O'Neill-Smith 3rd",
        "a_b",
        "🏀",
        "🏳️\u200d🌈",
        "👩🏽\u200d🚀",
        FAMILY,
    ],
)
def test_it_leaves_a_good_name_alone(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.attack(48)
def test_a_family_counts_as_the_strictest_platform_counts_it() -> None:
    assert (len(FAMILY), len(FAMILY.encode()), units(FAMILY)) == (7, 25, 11)
    assert clean_name(FAMILY, limit=11) == FAMILY
    with pytest.raises(Invalid, match="name_too_long"):
        clean_name(FAMILY, limit=10)


@pytest.mark.attack(48)
@pytest.mark.parametrize(("limit", "families"), [(10, 0), (11, 1), (21, 1), (22, 2), (23, 2)])
def test_it_never_cuts_inside_a_family(limit: int, families: int) -> None:
    assert cut(FAMILY * 3, limit) == FAMILY * families


def test_it_refuses_a_name_past_the_limit() -> None:
    assert clean_name("x" * NAME_LIMIT) == "x" * NAME_LIMIT
    with pytest.raises(Invalid, match="name_too_long"):
        clean_name("x" * (NAME_LIMIT + 1))


def test_a_name_that_a_platform_reports_is_cut_and_not_refused() -> None:
    assert display_name("x" * 500, fallback="telegram 42") == "x" * NAME_LIMIT
    assert display_name("\u202e\u3164", fallback="telegram 42") == "telegram 42"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("The  Tigers!", "the-tigers"),
        ("Straße_9", "strasse-9"),
        ("דנה", "דנה"),
        ("🏀", "group"),
        ("\uff21\uff22\uff23", "abc"),
    ],
)
def test_a_slug_is_what_one_can_type(name: str, slug: str) -> None:
    assert slugify(name) == slug


@pytest.mark.attack(47)
def test_a_slug_fits_its_column_whatever_its_letters_unfold_to() -> None:
    assert len(slugify("\ufdfa" * NAME_LIMIT)) <= 2 * NAME_LIMIT


@pytest.mark.attack(45, 47)
@given(ANYTHING | HOSTILE)
def test_whatever_goes_in_what_comes_out_is_plain_text(raw: str) -> None:
    clean = clean_text(raw)
    categories = {unicodedata.category(c) for c in clean if c not in "\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert clean.encode().decode() == clean
    assert clean == clean.strip()


@given(ANYTHING | HOSTILE)
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    once = clean_text(raw)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANYTHING | HOSTILE, st.integers(0, 30))
def test_a_cut_is_the_longest_beginning_that_fits(raw: str, limit: int) -> None:
    text = clean_text(raw)
    kept = cut(text, limit)
    graphemes = regex.findall(r"\X", text)
    assert text.startswith(kept)
    assert units(kept) <= limit
    following = graphemes[len(regex.findall(r"\X", kept)) :]
    assert not following or units(kept + following[0]) > limit


@given(ANYTHING | HOSTILE)
def test_a_reported_name_always_fits_and_shows(raw: str) -> None:
    name = display_name(raw, fallback="somebody")
    assert clean_name(name) == name

"""Sentences with fields: isolated, escaped, in the reader's words and zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram.entities import parse_html
from bot.sandbox.telegram.formatting import safe_html
from bot.texts import BLANK, Reader, Verbatim, lines, say, say_many, without_markup
from core.names import clean_text

READER = Reader("en", "Europe/Berlin")
NAMES = ["<b>", "</a>", "&", "&lt;", '<a href="x">', "{0}", "{name}", "%s", "'\"", "<!--"]


def _greeting(name: str) -> str:
    return READER.html(say("Hello {name}! I bring people into groups.", name=name))


@pytest.mark.attack(44)
@pytest.mark.parametrize("name", NAMES)
def test_markup_in_a_name_is_text(name: str) -> None:
    text, entities = parse_html(_greeting(name))
    assert text == f"Hello \u2068{name}\u2069! I bring people into groups."
    assert entities == []


@pytest.mark.attack(44)
@given(st.text(max_size=80))
def test_whatever_the_name_the_html_parses_and_gives_it_back(name: str) -> None:
    prose = say("You are now in <b>{group}</b> ({kind}).", group=name, kind=say("team"))
    text, entities = parse_html(READER.html(prose))
    assert text == READER.plain(prose) == f"You are now in \u2068{clean_text(name)}\u2069 (team)."
    assert [entity["type"] for entity in entities] == ["bold"]


@pytest.mark.attack(44)
@given(st.text(max_size=80))
def test_what_is_to_be_copied_is_given_back_to_the_letter(text: str) -> None:
    kept = text.encode("utf-8", "ignore").decode()
    html = READER.html(say("Take it back: <code>/revoke {invite}</code>", invite=Verbatim(kept)))
    assert parse_html(html)[0] == f"Take it back: /revoke {kept}"


@pytest.mark.attack(45)
@pytest.mark.parametrize(
    "trick", ["\u202e", "\u2066", "\u2069", "\u200f", "\U000e0041", "\n", "\0"]
)
def test_a_name_cannot_turn_the_sentence_round(trick: str) -> None:
    shown = _greeting(f"Bo{trick}b{trick}")
    assert shown.count("\u2068") == shown.count("\u2069") == 1
    assert shown.replace(" ", "").startswith("Hello\u2068Bob\u2069!")


@pytest.mark.attack(48)
def test_a_long_field_is_cut_between_letters() -> None:
    shown = READER.plain(say("{line}", line="👨‍👩‍👧‍👦" * 40))
    assert shown == "\u2068" + "👨‍👩‍👧‍👦" * 23 + "…\u2069"


def test_plain_text_has_no_markup_and_no_references() -> None:
    prose = say(
        "You are in <b>{group}</b>, as {role}. Welcome!", group="A & <b>", role=say("admin")
    )
    assert READER.plain(prose) == "You are in \u2068A & <b>\u2069, as admin. Welcome!"


def test_what_is_verbatim_is_escaped_but_not_isolated() -> None:
    link = Verbatim("https://t.me/usher_bot?start=j_a&b")
    assert READER.html(say("{link}", link=link)) == "https://t.me/usher_bot?start=j_a&amp;b"
    assert READER.plain(say("{link}", link=link)) == link.text


@pytest.mark.parametrize(("count", "words"), [(0, "0 members"), (1, "1 member"), (2, "2 members")])
def test_one_is_told_apart_from_several(count: int, words: str) -> None:
    prose = say_many(
        "<b>{group}</b> – {count} member", "<b>{group}</b> – {count} members", count, group="Tigers"
    )
    assert READER.plain(prose).endswith(f"– {words}")


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "20 Nov 2026, 18:30 UTC"),
        ("Europe/Berlin", "20 Nov 2026, 19:30 Europe/Berlin"),
        ("Asia/Kathmandu", "21 Nov 2026, 00:15 Asia/Kathmandu"),
    ],
)
def test_a_time_is_told_in_the_reader_s_zone_which_is_named(zone: str, told: str) -> None:
    moment = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert Reader("en", zone).plain(say("Expires: {time}", time=moment)) == f"Expires: {told}"


@pytest.mark.attack(57)
def test_the_hour_that_a_zone_repeats_is_told_by_its_moment() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    told = [READER.plain(say("Expires: {time}", time=first + timedelta(hours=h))) for h in (0, 2)]
    assert [line.split(", ")[1] for line in told] == ["02:30 Europe/Berlin", "03:30 Europe/Berlin"]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=90), "90 days"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=61), "61 seconds"),
        (timedelta(), "0 seconds"),
    ],
)
def test_a_length_of_time_is_told_exactly(span: timedelta, told: str) -> None:
    assert READER.plain(say("{span}", span=span)) == told


def test_lines_stand_below_each_other_and_none_is_left_out() -> None:
    prose = lines(say("Expires: never"), BLANK, None, lines(say("Accept"), say("Decline")))
    assert READER.html(prose) == "Expires: never\n\nAccept\nDecline"


@given(st.text(max_size=60))
def test_what_a_page_shows_is_what_was_said(name: str) -> None:
    text, entities = parse_html(READER.html(say("<b>{name}</b>", name=name)))
    assert without_markup(safe_html(text, entities)) == text

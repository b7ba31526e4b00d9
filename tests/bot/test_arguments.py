"""The words and options of a command line, as people type them on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arguments import Arguments, command_of, parse_arguments
from core.errors import Invalid

OPTIONS = frozenset({"role", "ttl", "uses", "note"})
HOUR = timedelta(hours=1)


def _parse(rest: str) -> Arguments:
    return parse_arguments(f"/invite {rest}", options=OPTIONS)


def _ttl(value: str) -> timedelta | None:
    return _parse(f"ttl={value}").span("ttl", default=HOUR)


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        ("/help", ("help", None)),
        ("/Help me", ("help", None)),
        ("/help@usher_bot", ("help", "usher_bot")),
        ("/help@Usher_Bot  x", ("help", "Usher_Bot")),
        ("/help\nme", ("help", None)),
        ("help", None),
        (" /help", None),
        ("/", None),
        ("/ help", None),
        ("/help@", None),
        ("/help@a b", ("help", "a")),
        ("/hilfe-mir", None),
        ("/ünï", None),
        ("", None),
    ],
)
def test_a_command_is_a_slash_a_name_and_perhaps_a_bot(
    line: str, spoken: tuple[str, str | None] | None
) -> None:
    assert command_of(line) == spoken


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("a  b\tc\nd", ("a", "b", "c", "d")),
        ('"a b" c', ("a b", "c")),
        ("“a b” c", ("a b", "c")),
        ("„a b“ „c d”", ("a b", "c d")),
        ("«a b»", ("a b",)),
        ('x"a b"y', ("xa by",)),
        ('""', ("",)),
        ("“it's “ here”", ("it's “ here",)),
        ("Tim's Jane's", ("Tim's", "Jane's")),
        ("", ()),
    ],
)
def test_quotes_of_any_keyboard_group_words(rest: str, words: tuple[str, ...]) -> None:
    assert _parse(rest).words == words


@pytest.mark.parametrize("rest", ['"a', "“a", "«a", '"a b" "c', "„a'"])
def test_a_quote_without_its_partner_is_refused(rest: str) -> None:
    with pytest.raises(Invalid, match="unbalanced_quotes"):
        _parse(rest)


def test_options_stand_among_the_words_in_any_order() -> None:
    found = _parse('ttl=3d @bob Role=editor note="See you = six"')
    assert found.words == ("@bob",)
    assert dict(found.options) == {"ttl": "3d", "role": "editor", "note": "See you = six"}


def test_the_last_of_two_equal_options_counts() -> None:
    assert _parse("uses=1 uses=2").number("uses") == 2


def test_an_option_of_another_command_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Invalid, match="unknown_option") as refusal:
        _parse("colour=red")
    assert refusal.value.fields["option"] == "colour"


def test_a_command_without_options_takes_an_equals_sign_as_it_is() -> None:
    found = parse_arguments("/newgroup E=mc2 fans", options=frozenset())
    assert (found.text(), found.options) == ("E=mc2 fans", ())


@pytest.mark.parametrize("name", ["group", "after", "before"])
def test_what_buttons_carry_is_understood_by_every_command(name: str) -> None:
    assert parse_arguments(f"/x {name}=7", options=frozenset()).number(name) == 7


def test_a_missing_option_is_its_default() -> None:
    found = _parse("")
    assert found.number("uses", default=4) == 4
    assert found.number("uses") is None
    assert found.span("ttl", default=HOUR) == HOUR


@pytest.mark.parametrize("value", ["-1", "1e9", "x", "1.5", "+1", "٣", "²", "0x1", "9" * 19])
def test_a_number_is_digits(value: str) -> None:
    with pytest.raises(Invalid, match="not_a_number"):
        _parse(f"uses={value}").number("uses")


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("90min", timedelta(minutes=90)),
        ("72H", timedelta(hours=72)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
        ('"3 d"', timedelta(days=3)),
        ("0h", timedelta()),
        ("never", None),
        ("Never", None),
    ],
)
def test_a_length_of_time_is_a_number_and_its_unit(value: str, span: timedelta | None) -> None:
    assert _ttl(value) == span


@pytest.mark.parametrize("value", ["5", "h", "-1h", "1.5h", "1y", "1h30m", "9999999d", "forever"])
def test_anything_else_is_no_length_of_time(value: str) -> None:
    with pytest.raises(Invalid, match="not_a_span"):
        _ttl(value)


@pytest.mark.attack(49)
def test_a_line_is_at_most_as_long_as_a_message() -> None:
    assert parse_arguments("/x " + "a" * 4093, options=OPTIONS).words == ("a" * 4093,)
    with pytest.raises(Invalid, match="line_too_long"):
        parse_arguments("/x " + "a" * 4094, options=OPTIONS)


@pytest.mark.attack(47)
def test_what_no_database_keeps_is_left_out() -> None:
    assert _parse("a\0b \ud800 c").words == ("ab", "c")


REFUSED = {"unbalanced_quotes", "unknown_option", "empty_option", "loose_equals"}


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(rest: str) -> None:
    try:
        found = _parse(rest)
    except Invalid as refusal:
        told = refusal.code in REFUSED
    else:
        told = set(dict(found.options)) <= OPTIONS | {"group", "after", "before"}
    assert told


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\0"'))))
def test_words_in_quotes_come_out_as_they_went_in(words: list[str]) -> None:
    line = " ".join(f'"{word}"' for word in words)
    assert parse_arguments(f"/x {line}", options=frozenset()).words == tuple(words)


def test_an_apostrophe_quotes_a_value_and_belongs_to_a_name() -> None:
    told = parse_arguments("/x note='Come on Friday' Rock 'n' Roll", options=frozenset({"note"}))
    assert told.option("note") == "Come on Friday"
    assert told.words == ("Rock", "'n'", "Roll")


@pytest.mark.parametrize("line", ["/x uses = 2", "/x uses =2"])
def test_blanks_round_the_sign_are_told_of(line: str) -> None:
    with pytest.raises(Invalid, match="loose_equals"):
        parse_arguments(line, options=frozenset({"uses"}))

"""Texts of GroupMe's length, cut where no reader stumbles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Button
from bot.groupme_text import TEXT_LIMIT, split, with_numbers
from bot.texts import Reader, say

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
READER = Reader("en", "UTC")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.attack(49)
def test_a_thousand_and_one_characters_are_two_messages() -> None:
    assert [len(piece) for piece in split("x" * (TEXT_LIMIT + 1))] == [TEXT_LIMIT, 1]
    assert split("x" * TEXT_LIMIT) == ["x" * TEXT_LIMIT]


@pytest.mark.attack(48)
def test_a_family_is_never_torn_apart() -> None:
    pieces = split(FAMILY * 200)
    assert "".join(pieces) == FAMILY * 200
    assert all(len(piece) % len(FAMILY) == 0 for piece in pieces)


def test_lines_stay_whole_where_they_fit() -> None:
    line = "y" * 400
    assert split("\n".join([line] * 3)) == [f"{line}\n{line}", line]


def test_a_long_line_is_cut_between_words_and_never_within_a_link() -> None:
    link = "https://groupme.com/join_group/17/abcdef"
    words = f"{'word ' * 197}{link} more"
    pieces = split(words)
    assert "".join(pieces) == words
    assert pieces[1] == f"{link} more"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=4000))
def test_no_piece_is_too_long_and_none_is_blank(text: str) -> None:
    pieces = split(text)
    assert all(units(piece) <= TEXT_LIMIT and piece.strip() for piece in pieces)


def test_buttons_are_numbered_from_where_others_end() -> None:
    buttons = ((Button(say("Accept"), "/a"), Button(say("Decline"), "/b")),)
    told = with_numbers("Come?", buttons, first=4, reader=READER)
    assert told == "Come?\n\nReply 4 – Accept\nReply 5 – Decline"


def test_without_buttons_the_text_stays_as_it_is() -> None:
    assert with_numbers("Hello", (), first=1, reader=READER) == "Hello"

"""A long answer goes out as several messages, parted between lines and between letters."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.lengths import TEXT_LIMIT, split
from bot.sandbox.telegram.entities import parse_html
from bot.sandbox.telegram.units import utf16_length

FAMILY = "👨‍👩‍👧‍👦"


def _shown(pieces: list[str]) -> list[str]:
    return [parse_html(piece)[0] for piece in pieces]


def test_a_short_text_is_one_message_as_it_was() -> None:
    markup = "<b>A &amp; B</b>\n\n• one\n• two"
    assert split(markup) == [markup]


@pytest.mark.attack(49)
@pytest.mark.parametrize(("length", "pieces"), [(4096, 1), (4097, 2), (8192, 2), (8193, 3)])
def test_a_single_line_is_parted_at_the_limit(length: int, pieces: int) -> None:
    found = split("x" * length)
    assert [len(piece) <= TEXT_LIMIT for piece in found] == [True] * pieces
    assert "".join(found) == "x" * length


@pytest.mark.attack(49)
def test_lines_stay_whole_and_their_markup_closed() -> None:
    line = "• <b>" + "x" * 90 + "</b> &lt;"
    found = split("\n".join([line] * 100))
    assert len(found) == 3
    assert "\n".join(found) == "\n".join([line] * 100)
    assert all(utf16_length(text) <= TEXT_LIMIT for text in _shown(found))


@pytest.mark.attack(48)
def test_a_family_is_never_parted() -> None:
    found = _shown(split(FAMILY * 900))
    assert all(text.replace(FAMILY, "") == "" and text for text in found)
    assert "".join(found) == FAMILY * 900


def test_a_single_letter_that_fills_a_message_is_parted_after_all() -> None:
    assert "".join(_shown(split("e" + "\u0301" * 30, limit=20))) == "e" + "\u0301" * 30


def test_no_message_is_blank() -> None:
    assert split("\n\n" + "x" * TEXT_LIMIT + "\n\n") == ["x" * TEXT_LIMIT]


LETTERS = st.characters(categories=["L", "M", "N", "P", "S"])


@given(st.lists(st.text(LETTERS, min_size=1, max_size=40), max_size=12))
def test_nothing_but_blank_lines_is_lost(lines: list[str]) -> None:
    markup = "\n".join(f"<b>{html.escape(line)}</b>" for line in lines)
    found = _shown(split(markup, limit=50))
    assert all(0 < utf16_length(text) <= 50 for text in found)
    assert "".join(found).replace("\n", "") == "".join(lines)

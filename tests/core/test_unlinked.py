"""Names and notes of strangers: nothing in them can be tapped."""

from __future__ import annotations

import pytest

from bot.sandbox.telegram.autolinks import find_entities
from core.unlinked import unlinked

BAIT = [
    "Free coins https://evil.example/x?y",
    "evil.example",
    "Win at evil。example now",
    "t.me/evil_bot",
    "@evil_bot",
    "me@evil.example",
    "+1 (202) 555-0143",
    "call 2025550143",
    "/start j_x",
    "tg://resolve?domain=evil",
]


@pytest.mark.attack(31, 44)
@pytest.mark.parametrize("text", BAIT)
def test_nothing_that_a_stranger_writes_can_be_tapped(text: str) -> None:
    assert find_entities(unlinked(text)) == []
    assert unlinked(unlinked(text)) == unlinked(text)


@pytest.mark.parametrize(
    "text", ["Dana Levi", "J. R. Smith", "O'Neil", "דנה", "Under 12s", "5b", "See you at 18:30!"]
)
def test_an_ordinary_name_stays_as_it_is(text: str) -> None:
    assert unlinked(text) == text

"""Somebody as an inviter names them: what is one person, and how they are known."""

from __future__ import annotations

import pytest

from core.contacts.lines import MOST_AT_ONCE, split_people
from core.errors import Invalid
from core.invites.whom import read_whom


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (["@dana"], ["@dana"]),
        (["@dana", "@omer"], ["@dana", "@omer"]),
        (["@dana,@omer"], ["@dana", "@omer"]),
        (["Dana", "Levi"], ["Dana Levi"]),
        (["Dana", "Levi,", "Omer"], ["Dana Levi", "Omer"]),
        (["Dana Levi", "Omer Katz"], ["Dana Levi", "Omer Katz"]),
        (["Dana", "@omer", "Noa"], ["Dana", "@omer", "Noa"]),
        (["+972", "50", "123", "4567"], ["+972 50 123 4567"]),
        (["+972", "50", "123", "4567", "+972521234567"], ["+972 50 123 4567", "+972521234567"]),
        (["050-1234567", "052-7654321"], ["050-1234567", "052-7654321"]),
        (["(202)", "555-0143", "Dana"], ["(202) 555-0143", "Dana"]),
        (["dana@example.org", "Omer"], ["dana@example.org", "Omer"]),
        ([",", ","], []),
        ([], []),
    ],
)
def test_a_line_names_so_many_people(words: list[str], people: list[str]) -> None:
    assert split_people(words) == people


def test_more_than_a_few_at_once_are_too_many() -> None:
    split_people(["@a"] * MOST_AT_ONCE)
    with pytest.raises(Invalid, match="too_many_at_once"):
        split_people(["@a"] * (MOST_AT_ONCE + 1))


@pytest.mark.parametrize(
    ("text", "claim", "name"),
    [
        ("@Dana_L", "telegram:@dana_l", None),
        ("Dana@Example.org", "email:dana@example.org", None),
        ("(202) 555-0143", "phone:+12025550143", None),
        ("Dana Levi", None, "Dana Levi"),
        ("U2", None, "U2"),
    ],
)
def test_somebody_is_read_from_how_they_are_written(
    text: str, claim: str | None, name: str | None
) -> None:
    whom = read_whom(text, platform="telegram", region="US")
    assert (whom.said, whom.claim, whom.name) == (text, claim, name)


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["@", "@%", "@da na", "@" + "x" * 65, "@a'--"])
def test_a_username_has_letters_and_digits_only(text: str) -> None:
    with pytest.raises(Invalid, match="username_unreadable"):
        read_whom(text, platform="telegram", region="US")


@pytest.mark.attack(47)
@pytest.mark.parametrize("text", ["", "\u202e", "\x00"])
def test_nothing_is_nobody(text: str) -> None:
    with pytest.raises(Invalid, match="whom_missing"):
        read_whom(text, platform="telegram", region="US")

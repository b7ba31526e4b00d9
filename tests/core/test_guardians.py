"""Guardians as people write them, and who can show to be one."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from core.people.proofs import keep_proof
from core.rosters.guardians import Contact, list_children, read_guardian
from tests.cast import Cast, Somebody
from tests.core.rostering import DANA, add


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        (DANA, Contact("Dana Levi", "dana@example.org", "+12025550143")),
        ("dana@example.org", Contact(None, "dana@example.org")),
        ("Dana Levi dana@example.org", Contact("Dana Levi", "dana@example.org")),
        ("Dana Levi +1 202 555 0143", Contact("Dana Levi", None, "+12025550143")),
        ("Dana Levi <Dana@Example.org>", Contact("Dana Levi", "dana@example.org")),
        ("Dana; (202) 555-0143", Contact("Dana", None, "+12025550143")),
        ("Dana, @Dana", Contact("Dana", None, None, "telegram:@dana")),
        ("Dana\u202e Levi", Contact("Dana Levi")),
    ],
)
def test_a_guardian_is_read_however_they_are_written(text: str, contact: Contact) -> None:
    assert read_guardian(text, platform="telegram", region="US") == contact


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "guardian_blank"),
        (", ;", "guardian_blank"),
        ("Dana, a@example.org, b@example.org", "guardian_twice"),
        ("Dana, dana@localhost", "email_unreadable"),
        ("x" * 65, "name_too_long"),
    ],
)
def test_what_names_nobody_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_guardian(text, platform="telegram", region="US")
    assert refusal.value.code == code


async def children(cast: Cast, who: Somebody) -> list[str]:
    rows = await cast.read(lambda s: list_children(s, who(s)))
    return [row.player.name for row in rows]


async def test_a_number_on_a_roster_makes_nobody_a_guardian(cast: Cast) -> None:
    await add(cast, "Mia", DANA)
    await cast.somebody("Dana Levi")
    assert await children(cast, cast.charlie) == []


@pytest.mark.parametrize(
    ("kind", "address"), [("email", "dana@example.org"), ("phone", "+12025550143")]
)
async def test_who_proves_an_address_sees_a_line_for_each_child(
    cast: Cast, kind: str, address: str
) -> None:
    await add(cast, "Mia", DANA)
    await add(cast, "Noa", "Somebody Else, else@example.org", DANA)
    await add(cast, "Other", "Somebody Else, else@example.org")
    await cast.write(
        lambda s: keep_proof(s, kind=kind, address=address, person_id=cast.charlie.id, now=cast.now)
    )
    assert await children(cast, cast.charlie) == ["Mia", "Noa"]


async def test_a_username_of_somebody_whom_the_club_may_know_is_that_person(cast: Cast) -> None:
    await add(cast, "Mia", "@bob")
    assert await children(cast, cast.bob) == ["Mia"]


async def test_a_username_of_a_stranger_is_what_they_are_called_today(cast: Cast) -> None:
    await add(cast, "Mia", "@charlie")
    assert await children(cast, cast.charlie) == ["Mia"]

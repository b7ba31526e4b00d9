"""People and their identities."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.people import (
    Identity,
    Person,
    Sender,
    find_identity,
    mark_reachable,
    mark_unreachable,
    recognise,
)
from tests.cast import NOW, rows

DANA = Sender("telegram", "42", "Dana", username="dana", locale="he")


async def meet(database: Database, sender: Sender) -> int:
    return await database.write(lambda s: recognise(s, sender=sender, now=NOW).person.id)


async def only(database: Database) -> tuple[Person, Identity]:
    (person,), (identity,) = await rows(database, Person), await rows(database, Identity)
    return person, identity


async def test_somebody_is_made_on_first_sight_and_known_from_then_on(database: Database) -> None:
    assert await meet(database, DANA) == await meet(database, DANA)
    person, identity = await only(database)
    assert (person.name, person.locale, person.created_at) == ("Dana", "he", NOW)
    assert (identity.username, identity.reachable) == ("dana", False)


@pytest.mark.fault(43)
async def test_somebody_met_in_ten_chats_at_once_is_one_person(database: Database) -> None:
    ids = await asyncio.gather(*(meet(database, DANA) for _ in range(10)))
    assert len(set(ids)) == 1
    await only(database)


async def test_a_new_name_is_taken_over_and_a_chosen_language_kept(database: Database) -> None:
    await meet(database, DANA)
    await meet(database, replace(DANA, name="Dana Levi", username=None, locale="en"))
    person, identity = await only(database)
    assert (person.name, person.locale, identity.username) == ("Dana Levi", "he", None)


@pytest.mark.attack(45, 47, 48)
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202eDana\x00", "Dana"),
        ("\u3164", "telegram 42"),
        ("", "telegram 42"),
        ("\ud83d", "telegram 42"),
        ("x" * 500, "x" * 64),
    ],
)
async def test_a_hostile_name_is_cleaned_and_never_refused(
    database: Database, name: str, shown: str
) -> None:
    await meet(database, replace(DANA, name=name))
    assert (await only(database))[0].name == shown


@pytest.mark.attack(47)
@pytest.mark.parametrize("odd", ["x" * 500, "\x00", "\ud83d", ""])
async def test_an_odd_username_or_language_is_left_out(database: Database, odd: str) -> None:
    await meet(database, replace(DANA, username=odd, locale=odd))
    person, identity = await only(database)
    assert (person.locale, identity.username) == (None, None)


@pytest.mark.fault(37)
async def test_who_blocked_us_is_unreachable_until_a_sign_of_life(database: Database) -> None:
    await meet(database, DANA)
    where = {"platform": "telegram", "address": "42"}
    await database.write(lambda s: mark_unreachable(s, **where, reason="blocked" + "!" * 500))
    _, identity = await only(database)
    assert (identity.reachable, len(identity.unreachable_reason or "")) == (False, 200)
    await database.write(lambda s: mark_reachable(s, **where))
    _, identity = await only(database)
    assert (identity.reachable, identity.unreachable_reason) == (True, None)


async def test_an_identity_brings_its_person_along(sqlite_database: Database) -> None:
    await meet(sqlite_database, DANA)

    def unit(session: Session) -> str:
        identity = find_identity(session, platform="telegram", address="42")
        assert identity is not None
        return identity.person.name

    assert await sqlite_database.read(unit) == "Dana"
    assert (
        await sqlite_database.read(lambda s: find_identity(s, platform="x", address="42")) is None
    )


def test_a_sender_s_key_is_written_as_in_the_settings() -> None:
    assert DANA.key() == "telegram:42"


async def test_a_username_that_changed_hands_means_its_new_holder(database: Database) -> None:
    await meet(database, DANA)
    await meet(database, replace(DANA, address="43", username=str(DANA.username).upper()))
    found = {identity.address: identity.username for identity in await rows(database, Identity)}
    assert found == {"42": None, "43": str(DANA.username).upper()}

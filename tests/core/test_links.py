"""The code that proves that two accounts are one person's: once, for ten minutes, not guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from core.access import Role
from core.errors import CoreError, Invalid, NotFound
from core.people import Person
from core.people.links import LinkCode, open_link
from core.people.merges import Merge
from tests.cast import Cast, refused
from tests.core.linking import accept, addresses, link, offer, on_groupme


async def test_a_code_said_elsewhere_makes_one_person(cast: Cast) -> None:
    bobby = await on_groupme(cast)
    assert await accept(cast, bobby, await offer(cast, cast.bob)) == cast.bob.id
    assert await addresses(cast, cast.bob) == ["telegram:1002", "groupme:77"]
    assert await cast.rows(LinkCode) == []


async def test_two_accounts_of_one_platform_are_linked_as_well(sqlite_cast: Cast) -> None:
    await link(sqlite_cast, sqlite_cast.bob, sqlite_cast.charlie)
    assert await addresses(sqlite_cast, sqlite_cast.bob) == ["telegram:1002", "telegram:1003"]


async def test_the_older_person_stays_whoever_asked(sqlite_cast: Cast) -> None:
    kept = await accept(sqlite_cast, sqlite_cast.bob, await offer(sqlite_cast, sqlite_cast.charlie))
    assert kept == sqlite_cast.bob.id


@pytest.mark.attack(24)
async def test_only_the_digest_of_a_code_is_kept(sqlite_cast: Cast) -> None:
    code = await offer(sqlite_cast, sqlite_cast.bob)
    [row] = await sqlite_cast.rows(LinkCode)
    assert (len(row.digest), code.encode() in row.digest) == (32, False)


@pytest.mark.parametrize("written", [str.upper, lambda code: code.replace("-", " ")])
async def test_a_code_is_understood_however_it_is_written(
    sqlite_cast: Cast, written: Callable[[str], str]
) -> None:
    code = await offer(sqlite_cast, sqlite_cast.bob)
    await accept(sqlite_cast, sqlite_cast.charlie, written(code))
    assert len(await sqlite_cast.rows(Merge)) == 1


async def test_a_code_works_once(cast: Cast) -> None:
    code = await offer(cast, cast.bob)
    await accept(cast, cast.charlie, code)
    dana = await cast.somebody()
    assert (await refused(accept(cast, dana, code))).code == "link_code_unknown"


async def test_a_code_is_over_after_ten_minutes(sqlite_cast: Cast) -> None:
    code = await offer(sqlite_cast, sqlite_cast.bob)
    sqlite_cast.clock.advance(minutes=10)
    refusal = await refused(accept(sqlite_cast, sqlite_cast.charlie, code))
    assert (type(refusal), refusal.code) == (NotFound, "link_code_unknown")


async def test_a_newer_code_ends_the_older(sqlite_cast: Cast) -> None:
    first = await offer(sqlite_cast, sqlite_cast.bob)
    await offer(sqlite_cast, sqlite_cast.bob)
    refusal = await refused(accept(sqlite_cast, sqlite_cast.charlie, first))
    assert refusal.code == "link_code_unknown"


async def test_nobody_is_linked_with_themselves(sqlite_cast: Cast) -> None:
    code = await offer(sqlite_cast, sqlite_cast.bob)
    refusal = await refused(accept(sqlite_cast, sqlite_cast.bob, code))
    assert (type(refusal), refusal.code) == (Invalid, "link_self")


@pytest.mark.attack(23)
async def test_guessing_ends_after_ten_a_minute(cast: Cast) -> None:
    code = await offer(cast, cast.bob)
    for _ in range(10):
        await refused(accept(cast, cast.charlie, "aaaa-bbbb-cccc"))
    assert (await refused(accept(cast, cast.charlie, code))).code == "too_many_guesses"
    assert await cast.rows(Merge) == []


@pytest.mark.attack(47)
@pytest.mark.parametrize("code", ["", "\x00", "\ud83d", "x" * 5000, "'; DROP TABLE people"])
async def test_a_hostile_code_opens_nothing_on_either_database(cast: Cast, code: str) -> None:
    assert (await refused(accept(cast, cast.charlie, code))).code == "link_code_unknown"


async def test_looking_at_a_code_changes_nothing(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    code = await offer(cast, cast.alice)
    owner = await cast.write(lambda s: open_link(s, cast.charlie(s), code=code, now=cast.now).name)
    assert (owner, await cast.role_of(cast.charlie)) == ("Alice", None)
    assert len(await cast.rows(LinkCode)) == 1


@pytest.mark.attack(45)
async def test_the_same_name_alone_links_nobody(sqlite_cast: Cast) -> None:
    await on_groupme(sqlite_cast, "Bob")
    assert [person.merged_into_id for person in await sqlite_cast.rows(Person)] == [None] * 4


async def test_of_two_links_at_once_one_merges(cast: Cast) -> None:
    one, other = await offer(cast, cast.bob), await offer(cast, cast.charlie)
    outcomes = await asyncio.gather(
        accept(cast, cast.charlie, one), accept(cast, cast.bob, other), return_exceptions=True
    )
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, CoreError)]
    assert codes in (["link_overtaken"], ["link_code_unknown"])
    assert len(await cast.rows(Merge)) == 1
    assert await cast.role_of(cast.bob) is Role.MEMBER


async def test_of_two_who_say_the_same_code_at_once_one_is_linked(cast: Cast) -> None:
    code, dana = await offer(cast, cast.bob), await cast.somebody()
    outcomes = await asyncio.gather(
        accept(cast, cast.charlie, code), accept(cast, dana, code), return_exceptions=True
    )
    assert sum(isinstance(outcome, CoreError) for outcome in outcomes) == 1
    assert len(await cast.rows(Merge)) == 1

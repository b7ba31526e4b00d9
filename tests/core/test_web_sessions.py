"""Who is signed in where: by a secret that only the browser has, and until it is ended."""

import asyncio
from functools import partial

import pytest
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.database import Database
from core.people import Person
from core.people.forgetting import erase
from core.people.signin import LINK_LIFE, SigninLink, offer_signin, open_signin, use_signin
from core.people.web_sessions import (
    LIFE,
    Beginning,
    WebSession,
    begin_session,
    end_all_sessions,
    end_session,
    find_session,
    list_sessions,
)
from core.tokens import digest
from tests.cast import Cast, Somebody, refused

HERE = "address:203.0.113.7"


async def sign_in(cast: Cast, who: Somebody, device: str = "Firefox") -> tuple[str, str]:
    """The session's public id and the browser's secret."""

    def unit(s: Session) -> tuple[str, str]:
        begun, token = begin_session(
            s, who(s), beginning=Beginning.LINK, device=device, now=cast.now
        )
        return begun.public_id, token

    return await cast.write(unit)


async def who_is(cast: Cast, token: str) -> int | None:
    found = await cast.read(lambda s: find_session(s, token=token, now=cast.now))
    return found.person_id if found else None


async def offered(cast: Cast, who: Somebody) -> str:
    return await cast.write(lambda s: offer_signin(s, who(s), now=cast.now))


async def used(cast: Cast, token: str) -> int:
    return await cast.write(lambda s: use_signin(s, token=token, guesser=HERE, now=cast.now).id)


@pytest.mark.attack(24)
async def test_a_session_is_known_by_its_secret_which_is_not_kept(sqlite_cast: Cast) -> None:
    _, token = await sign_in(sqlite_cast, sqlite_cast.alice)
    assert await who_is(sqlite_cast, token) == sqlite_cast.alice.id
    [row] = await sqlite_cast.rows(WebSession)
    assert row.digest == digest(token)
    assert token not in str(vars(row))


async def test_a_session_ends_after_thirty_days_and_leaves(sqlite_cast: Cast) -> None:
    _, token = await sign_in(sqlite_cast, sqlite_cast.alice)
    sqlite_cast.clock.now += LIFE
    assert await who_is(sqlite_cast, token) is None
    await sign_in(sqlite_cast, sqlite_cast.bob)
    assert [row.person_id for row in await sqlite_cast.rows(WebSession)] == [sqlite_cast.bob.id]


async def test_one_browser_is_signed_out_and_the_other_is_not(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    public_id, first = await sign_in(cast, cast.alice)
    _, second = await sign_in(cast, cast.alice, "Safari")
    for _ in range(2):  # a second time changes nothing
        await cast.write(lambda s: end_session(s, cast.alice(s), public_id=public_id, now=cast.now))
    assert await who_is(cast, first) is None
    assert await who_is(cast, second) == cast.alice.id
    deeds = [row.action for row in await cast.rows(AuditEntry)]
    assert deeds.count("session.ended") == 1


async def test_nobody_signs_out_the_browser_of_somebody_else(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    public_id, token = await sign_in(cast, cast.alice)
    for code in (public_id, "ses_aaaaaaaa", "'; --"):
        unit = partial(end_session, public_id=code, now=cast.now)
        refusal = await refused(cast.write(lambda s, unit=unit: unit(s, cast.charlie(s))))  # type: ignore[misc]
        assert refusal.code == "no_such_session"
    assert await who_is(cast, token) == cast.alice.id


async def test_all_browsers_are_signed_out_at_once(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await sign_in(cast, cast.alice)
    await sign_in(cast, cast.alice)
    _, bobs = await sign_in(cast, cast.bob)
    assert await cast.write(lambda s: end_all_sessions(s, cast.alice(s), now=cast.now)) == 2
    assert await cast.read(lambda s: list_sessions(s, cast.alice(s), now=cast.now)) == []
    assert await who_is(cast, bobs) == cast.bob.id


async def test_who_is_forgotten_is_signed_in_nowhere(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    _, token = await sign_in(cast, cast.bob)
    link = await offered(cast, cast.bob)
    await cast.write(lambda s: erase(s, s.get_one(Person, cast.bob.id), now=cast.now))
    assert await who_is(cast, token) is None
    assert await cast.rows(WebSession) == []
    assert (await refused(used(cast, link))).code == "signin_unknown"


async def test_a_link_signs_in_once(sqlite_cast: Cast) -> None:
    token = await offered(sqlite_cast, sqlite_cast.alice)
    assert await used(sqlite_cast, token) == sqlite_cast.alice.id
    assert (await refused(used(sqlite_cast, token))).code == "signin_unknown"


async def test_a_link_is_over_after_ten_minutes(sqlite_cast: Cast) -> None:
    token = await offered(sqlite_cast, sqlite_cast.alice)
    sqlite_cast.clock.now += LINK_LIFE
    assert (await refused(used(sqlite_cast, token))).code == "signin_unknown"


async def test_a_newer_link_ends_the_older_of_the_same_person(sqlite_cast: Cast) -> None:
    older = await offered(sqlite_cast, sqlite_cast.alice)
    bobs = await offered(sqlite_cast, sqlite_cast.bob)
    await offered(sqlite_cast, sqlite_cast.alice)
    assert (await refused(used(sqlite_cast, older))).code == "signin_unknown"
    assert await used(sqlite_cast, bobs) == sqlite_cast.bob.id


@pytest.mark.attack(5, 6)
async def test_to_look_at_a_link_does_not_use_it(sqlite_cast: Cast) -> None:
    token = await offered(sqlite_cast, sqlite_cast.alice)
    for _ in range(3):
        person = await sqlite_cast.read(
            lambda s: open_signin(s, token=token, guesser=HERE, now=sqlite_cast.now)
        )
        assert person.id == sqlite_cast.alice.id
    assert len(await sqlite_cast.rows(SigninLink)) == 1


@pytest.mark.attack(18)
async def test_an_invites_token_signs_nobody_in(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(to=sqlite_cast.bob)
    assert (await refused(used(sqlite_cast, made.token))).code == "signin_unknown"
    assert await who_is(sqlite_cast, made.token) is None


@pytest.mark.attack(18)
async def test_a_link_to_sign_in_opens_no_invite_and_is_no_session(sqlite_cast: Cast) -> None:
    token = await offered(sqlite_cast, sqlite_cast.alice)
    assert await who_is(sqlite_cast, token) is None
    refusal = await refused(sqlite_cast.accept(sqlite_cast.charlie, token))
    assert refusal.code == "invite_unknown"


@pytest.mark.attack(23)
async def test_links_are_not_guessed(sqlite_cast: Cast) -> None:
    for _ in range(10):
        assert (await refused(used(sqlite_cast, "x" * 43))).code == "signin_unknown"
    good = await offered(sqlite_cast, sqlite_cast.alice)
    assert (await refused(used(sqlite_cast, good))).code == "too_many_guesses"


async def test_of_two_who_use_a_link_at_once_one_is_signed_in(
    database: Database, cast: Cast
) -> None:
    token = await offered(cast, cast.alice)
    done = await asyncio.gather(*(used(cast, token) for _ in range(5)), return_exceptions=True)
    assert [one for one in done if isinstance(one, int)] == [cast.alice.id]

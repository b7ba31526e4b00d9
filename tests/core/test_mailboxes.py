"""An e-mail address that we write to, and whether it wants to hear from us."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.invites.whom import EMAIL
from core.mail.mailboxes import (
    UNSUBSCRIBED,
    Attitude,
    Mailbox,
    forget_mailbox,
    mark_proven,
    mark_refusing,
    open_mailbox,
    resubscribe,
    unsubscribe,
    why_closed,
)
from core.people import Identity, Sender, recognise
from tests.cast import NOW, Cast, refused

ERIN = "erin@example.org"


async def met(cast: Cast, address: str = ERIN) -> str:
    """Somebody of whom an e-mail address alone is known; the token of their mailbox."""

    def unit(s: Session) -> str:
        recognise(s, sender=Sender(EMAIL, address, "Erin"), now=NOW).reachable = True
        return open_mailbox(s, address, now=NOW).token

    return await cast.write(unit)


async def identity(cast: Cast) -> Identity:
    return (await cast.rows(Identity))[-1]


async def test_a_mailbox_is_made_once_whoever_writes_first(cast: Cast) -> None:
    async def write() -> int:
        return await cast.write(lambda s: open_mailbox(s, ERIN, now=NOW).id)

    assert len(set(await asyncio.gather(*(write() for _ in range(5))))) == 1


async def test_who_unsubscribes_is_not_written_to(sqlite_cast: Cast) -> None:
    token = await met(sqlite_cast)
    await sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) == UNSUBSCRIBED
    erin = await identity(sqlite_cast)
    assert (erin.reachable, erin.unreachable_reason) == (False, UNSUBSCRIBED)


async def test_unsubscribing_twice_changes_nothing(sqlite_cast: Cast) -> None:
    token = await met(sqlite_cast)
    for _ in range(2):
        await sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    [mailbox] = await sqlite_cast.rows(Mailbox)
    assert mailbox.attitude is Attitude.UNSUBSCRIBED


async def test_who_changes_their_mind_is_written_to_again(sqlite_cast: Cast) -> None:
    token = await met(sqlite_cast)
    await sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    await sqlite_cast.write(lambda s: resubscribe(s, token=token, now=NOW))
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) is None
    assert (await identity(sqlite_cast)).reachable


async def test_an_address_that_does_not_exist_is_marked(sqlite_cast: Cast) -> None:
    await met(sqlite_cast)
    reason = "550 5.1.1 No such user"
    await sqlite_cast.write(lambda s: mark_refusing(s, address=ERIN, reason=reason, now=NOW))
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) == reason
    assert not (await identity(sqlite_cast)).reachable
    await sqlite_cast.write(lambda s: mark_proven(s, address=ERIN, now=NOW))
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) is None


async def test_a_bounce_does_not_undo_an_unsubscription(sqlite_cast: Cast) -> None:
    token = await met(sqlite_cast)
    await sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    await sqlite_cast.write(lambda s: mark_refusing(s, address=ERIN, reason="5.1.1", now=NOW))
    await sqlite_cast.write(lambda s: mark_proven(s, address=ERIN, now=NOW))
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) == UNSUBSCRIBED


async def test_who_is_forgotten_stays_unsubscribed(sqlite_cast: Cast) -> None:
    token = await met(sqlite_cast)
    await sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW))
    await sqlite_cast.write(lambda s: forget_mailbox(s, ERIN))
    [mailbox] = await sqlite_cast.rows(Mailbox)
    assert mailbox.address is None
    assert await sqlite_cast.read(lambda s: why_closed(s, ERIN)) == UNSUBSCRIBED


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
async def test_an_unknown_link_opens_nothing(sqlite_cast: Cast, token: str) -> None:
    error = await refused(sqlite_cast.write(lambda s: unsubscribe(s, token=token, now=NOW)))
    assert isinstance(error, NotFound)

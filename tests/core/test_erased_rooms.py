"""What the rooms and the offers of groups hold of somebody is told to them, and goes with them."""

from __future__ import annotations

import pytest

from core.access import Role
from core.chats.occupants import Occupant
from core.chats.requests import JoinRequest
from core.members.changes import MemberChange, change_role
from core.members.transfers import Transfer, TransferState, offer_transfer
from core.people.erasures import ask_erasure, confirm_erasure
from core.people.forgetting import erase_next
from core.people.mydata import describe_person
from tests.cast import Cast, Place, Somebody
from tests.core.door import knock, see


@pytest.fixture
async def known(cast: Cast) -> Somebody:
    """Bob: in a room, at the door of another, with a role from alice and the offer of a group."""
    bob, lions = cast.bob, await cast.group("Lions")
    await cast.bind()
    await cast.bind("-100700", group=lions)
    await see(cast, bob)
    await knock(cast, bob, room="-100700")
    await cast.write(
        lambda s: change_role(
            s, cast.alice(s), group=cast.tigers(s), person_id=bob.id, role=Role.ADMIN, now=cast.now
        )
    )
    await offer(cast, cast.tigers, bob)
    return bob


async def offer(cast: Cast, group: Place, to: Somebody) -> None:
    await cast.write(
        lambda s: offer_transfer(s, cast.alice(s), group=group(s), person_id=to.id, now=cast.now)
    )


async def test_mydata_tells_of_it(cast: Cast, known: Somebody) -> None:
    data = await cast.read(lambda s: describe_person(s, known(s), now=cast.now))
    assert [row["presence"] for row in data["rooms"]] == ["in"]
    assert [row["state"] for row in data["requests_to_join"]] == ["open"]
    assert [row["group"] for row in data["groups_offered_to_you"]] == ["Tigers"]
    assert data["groups_offered_by_you"] == []


async def test_an_erasure_takes_it_away(cast: Cast, known: Somebody) -> None:
    await cast.write(lambda s: ask_erasure(s, known(s), now=cast.now))
    await cast.write(lambda s: confirm_erasure(s, known(s), now=cast.now))
    cast.clock.advance(hours=12)
    await cast.write(lambda s: erase_next(s, now=cast.now))
    for kind in (Occupant, JoinRequest, MemberChange):
        assert await cast.rows(kind) == []
    assert [row.state for row in await cast.rows(Transfer)] == [TransferState.WITHDRAWN]

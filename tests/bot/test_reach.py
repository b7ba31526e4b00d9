"""An address that refuses for good: the person's next channel takes over, or a person does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from bot.ground import Ground
from bot.notices import Telling
from bot.texts import Reader
from bot.worker import OutboxJob
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.errors import DeliveryError
from core.facts import PersonInvited, RoomOffered
from core.outbox import record
from core.people import Identity, find_identity, mark_reachable
from tests.cast import Cast, Somebody
from tests.core.door import reach
from tests.faults.rig import until

SENT, FAILED = DeliveryStatus.SENT, DeliveryStatus.FAILED
BLOCKED = DeliveryError("Forbidden: bot was blocked", permanent=True, unreachable=True)


@dataclass
class Mailbox:
    """A channel that takes everything, or refuses those it is told to."""

    refused: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        if address in self.refused:
            raise BLOCKED
        self.taken.append(address)
        return "1"


@dataclass
class Post:
    cast: Cast
    chat: Mailbox
    mail: Mailbox
    job: OutboxJob

    async def mail_of(self, who: Somebody, address: str, channel: str = "email") -> None:
        """One more way to reach `who`."""
        row = Identity(
            person_id=who.id,
            platform=channel,
            address=address,
            reachable=True,
            created_at=self.cast.now,
        )
        await self.cast.write(lambda s: s.add(row))

    async def invite(self, who: Somebody) -> None:
        """Alice invites `who`, who is shown a card."""
        made = await self.cast.invite(to=who)
        fact = PersonInvited(group_id=self.cast.tigers.id, invite_id=made.id, person_id=who.id)
        await self.cast.write(partial(record, fact=fact, now=self.cast.now))

    async def come_to(self, *wanted: tuple[str, str, DeliveryStatus]) -> None:
        async def look() -> bool:
            rows = await self.cast.rows(Delivery)
            return [(row.channel, row.kind, row.status) for row in rows] == list(wanted)

        await until(look)


@pytest.fixture
async def post(cast: Cast) -> AsyncIterator[Post]:
    chat, mail = Mailbox(), Mailbox()
    ground = Ground(cast.database, cast.clock)
    job = OutboxJob(ground, {"telegram": chat, "email": mail}, reader=Reader("en", "UTC"))
    await reach(cast, cast.alice, cast.charlie)
    yield Post(cast, chat, mail, job)
    await asyncio.wait_for(job.stop(), 5)


async def test_somebody_hears_by_the_first_of_their_channels_only(post: Post) -> None:
    await post.mail_of(post.cast.charlie, "charlie@example.org")
    await post.invite(post.cast.charlie)
    await post.come_to(("telegram", "invite_card", SENT))
    assert post.mail.taken == []


@pytest.mark.fault(37)
async def test_the_next_channel_takes_over(post: Post) -> None:
    await post.mail_of(post.cast.charlie, "charlie@example.org")
    post.chat.refused.add(post.cast.charlie.sender.address)
    await post.invite(post.cast.charlie)
    await post.come_to(("telegram", "invite_card", FAILED), ("email", "invite_card", SENT))
    assert post.mail.taken == ["charlie@example.org"]


@pytest.mark.fault(37)
async def test_a_channel_that_is_not_set_up_takes_nothing_over(post: Post) -> None:
    await post.mail_of(post.cast.charlie, "+4915112345678", channel="whatsapp")
    await post.mail_of(post.cast.charlie, "charlie@example.org")
    post.chat.refused.add(post.cast.charlie.sender.address)
    await post.invite(post.cast.charlie)
    await post.come_to(("telegram", "invite_card", FAILED), ("email", "invite_card", SENT))


@pytest.mark.fault(37)
async def test_without_another_channel_the_inviter_hands_the_invite_over(post: Post) -> None:
    post.chat.refused.add(post.cast.charlie.sender.address)
    await post.invite(post.cast.charlie)
    await post.come_to(("telegram", "invite_card", FAILED), ("telegram", "hand_over", SENT))
    assert post.chat.taken == [post.cast.alice.sender.address]


async def test_who_is_out_of_reach_by_the_time_is_handed_the_invite(post: Post) -> None:
    await post.invite(post.cast.bob)
    await post.come_to(("telegram", "hand_over", SENT))


async def test_what_is_no_invite_ends_with_the_last_channel(post: Post) -> None:
    post.chat.refused.add(post.cast.alice.sender.address)
    await post.cast.bind()
    fact = RoomOffered(group_id=post.cast.tigers.id, chat_id=1, person_id=post.cast.alice.id)
    await post.cast.write(partial(record, fact=fact, now=post.cast.now))
    await post.come_to(("telegram", "room_offer", FAILED))


@pytest.mark.fault(37)
async def test_a_sign_of_life_clears_the_mark(post: Post) -> None:
    address = post.cast.charlie.sender.address
    post.chat.refused.add(address)
    await post.invite(post.cast.charlie)
    await post.come_to(("telegram", "invite_card", FAILED), ("telegram", "hand_over", SENT))
    assert await _reachable(post, address) is False
    await post.cast.write(lambda s: mark_reachable(s, platform="telegram", address=address))
    assert await _reachable(post, address) is True


async def _reachable(post: Post, address: str) -> bool:
    found = await post.cast.read(lambda s: find_identity(s, platform="telegram", address=address))
    return found is not None and found.reachable

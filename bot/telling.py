"""Telling: one claimed delivery rendered, sent, and its outcome put in the outbox's own terms."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.broadcast_letters import lay_out, render_letter
from bot.channels import Channel, Postal
from bot.ground import Ground
from bot.letter_shelf import LetterShelf
from bot.notices import LinkOrder, Notice, Rewrite, Telling, posts, render
from bot.readers import Readership
from bot.rendering import Desk, Rendered
from bot.texts import Reader
from bot.tracing import Kind
from core import deliveries
from core.broadcasts import LETTER
from core.chats import Loss
from core.chats.link_fates import fail_link, keep_link
from core.chats.moves import move_room
from core.chats.standings import lose_room
from core.deliveries import settlements
from core.deliveries.claims import Claim
from core.deliveries.errors import DeliveryError
from core.deliveries.reach import LADDER
from core.deliveries.retry import RetryPolicy
from core.deliveries.settlements import Settlement
from core.errors import DatabaseUnavailable
from core.facts import UnreadableFact, read_fact
from core.guests.addresses import take_over
from core.invites.whom import EMAIL
from core.mail.mailboxes import mark_refusing
from core.people import mark_unreachable

# Its lease is extended meanwhile; a channel that takes longer hangs.
LONGEST_SEND_S = 120.0
DATABASE_PAUSE = timedelta(seconds=1)
# What takes the right to invite people, and no other.
AT_THE_DOOR = ("admission", "room_link", "room_link_end")

log = structlog.get_logger(__name__)


class Teller:
    """Sends what was claimed; it never raises for what a channel or a row may do."""

    def __init__(
        self,
        ground: Ground,
        channels: Mapping[str, Channel | Postal],
        *,
        reader: Reader,
        policy: RetryPolicy | None = None,
    ) -> None:
        self._ground = ground
        self._channels = channels
        self._reader = reader
        self._policy = policy
        self._notices = Desk(ground.database.read, self._render_all)
        # A letter of a broadcast may need a link of its reader's own, which is made for it.
        self._letters = Desk(ground.database.write, self._render_all)

    async def close(self) -> None:
        """Nothing is rendered any more."""
        await asyncio.gather(self._notices.close(), self._letters.close())

    def _render_all(self, session: Session, claims: Sequence[Claim]) -> list[Rendered]:
        now, shelf = self._ground.clock(), lay_out(session, claims)
        readers = Readership(session, claims)
        return [
            (_render(session, claim, now, shelf), readers.reader(claim, self._reader))
            for claim in claims
        ]

    async def tell(self, claim: Claim) -> Settlement:
        """Send it, and say what to write down of it."""
        facts: dict[str, str | int] = {
            "usher.channel": claim.channel,
            "usher.kind": claim.kind,
            "usher.delivery_id": claim.id,
            "usher.lost": claim.lost,
        }
        name = f"delivery {claim.channel}"
        with self._ground.tracing.span(name, Kind.PRODUCER, facts) as span:
            settled = await self._tell(claim)
            span.set_attribute("usher.status", settled.status.value)
        return settled

    async def _tell(self, claim: Claim) -> Settlement:
        if claim.channel in LADDER and claim.channel not in self._channels:
            return settlements.unheard(claim, reason=f"{claim.channel} is not set up here")
        try:
            channel = self._channels[claim.channel]
            desk = self._letters if _is_letter(claim) else self._notices
            telling, reader = await desk.render(claim)
        except (UnreadableFact, LookupError) as error:
            return settlements.buried(claim, reason=f"{type(error).__name__}: {error}")
        except DatabaseUnavailable as error:  # nothing was sent
            log.warning("not rendered", delivery_id=claim.id, reason=str(error))
            return settlements.postponed(claim, due_at=self._ground.clock() + DATABASE_PAUSE)
        except Exception as error:
            log.error("a delivery can't be rendered", delivery_id=claim.id, exc_info=error)
            return self._refused(claim, DeliveryError(f"{type(error).__name__}: {error}"))
        if telling is None:
            return settlements.cancelled(claim, reason="nothing to tell")
        return await self._send(channel, claim, telling, reader)

    async def _send(
        self, channel: Channel | Postal, claim: Claim, telling: Telling, reader: Reader
    ) -> Settlement:
        if claim.lost:
            self._ground.metrics.repeats_suspected.labels(claim.channel).inc()
        try:
            async with asyncio.timeout(LONGEST_SEND_S):
                sent_id = await _hand_over(channel, claim, telling, reader)
                sent_id = await self._keep(telling, sent_id)
        except DeliveryError as error:
            return self._refused(claim, error)
        except Exception as error:  # words may have arrived before whatever broke
            log.error("a channel broke", delivery_id=claim.id, exc_info=error)
            reason = f"{type(error).__name__}: {error}"
            # To do the same again does nothing: an act is tried again.
            told = isinstance(telling, Notice)
            return self._refused(claim, DeliveryError(reason, uncertain=told))
        self._count(claim, "sent")
        return settlements.sent(claim, provider_id=sent_id, now=self._ground.clock())

    async def _keep(self, telling: Telling, made: str | None) -> str | None:
        """What an act has made is kept with its noun: the trail holds ids of messages only."""
        if not isinstance(telling, LinkOrder) or made is None:
            return made
        link_id, now = telling.link_id, self._ground.clock()
        await self._ground.database.write(
            lambda session: keep_link(session, link_id=link_id, url=made, now=now)
        )
        return None

    def _refused(self, claim: Claim, error: DeliveryError) -> Settlement:
        self._count(claim, "uncertain" if error.uncertain else "refused")
        self._ground.metrics.refusals.labels(claim.channel, error.why).inc()
        log.warning("not delivered", delivery_id=claim.id, channel=claim.channel, why=error.reason)
        now = self._ground.clock()
        channels = frozenset(self._channels)
        lesson = partial(_learn, claim=claim, error=error, channels=channels, now=now)
        policy = self._policy_for(claim.channel)
        return settlements.refused(claim, error, now=now, policy=policy, lesson=lesson)

    def _policy_for(self, name: str) -> RetryPolicy:
        channel = self._channels.get(name)
        if self._policy is not None:
            return self._policy
        return channel.policy if isinstance(channel, Postal) else RetryPolicy()

    def _count(self, claim: Claim, outcome: str) -> None:
        self._ground.metrics.messages_sent.labels(claim.channel, outcome).inc()


async def _hand_over(
    channel: Channel | Postal, claim: Claim, telling: Telling, reader: Reader
) -> str | None:
    if isinstance(channel, Postal):
        return await channel.deliver(claim, telling, reader)
    return await channel.send(claim.address, telling, reader)


def _is_letter(claim: Claim) -> bool:
    return claim.kind == LETTER


def _render(session: Session, claim: Claim, now: datetime, shelf: LetterShelf) -> Telling | None:
    if claim.kind == posts.KIND:
        return posts.event_post(session, claim)
    fact = read_fact(claim.event.event_type, claim.event.payload)
    if _is_letter(claim):
        place = {"channel": claim.channel, "address": claim.address}
        return render_letter(session, fact, **place, now=now, shelf=shelf)
    telling = render(session, claim.kind, fact)
    if isinstance(telling, Notice) and telling.redraws is not None:
        return _redrawn(session, claim, telling)
    if not isinstance(telling, Notice) or telling.outdates is None:
        return telling
    told = deliveries.list_told(
        session,
        subject=telling.outdates,
        kind="request_card",
        channel=claim.channel,
        address=claim.address,
    )
    return Rewrite(tuple(told), telling.text) if told else None


def _redrawn(session: Session, claim: Claim, card: Notice) -> Telling | None:
    told = deliveries.list_told(
        session,
        subject=card.redraws or "",
        kind=card.redraws_kind,
        channel=claim.channel,
        address=claim.address,
    )
    if told:
        return Rewrite((told[-1],), card.text, card.buttons)
    return card if card.or_anew else None


def _learn(
    session: Session,
    *,
    claim: Claim,
    error: DeliveryError,
    channels: Collection[str],
    now: datetime,
) -> None:
    """What the refusal says about the destination."""
    place = {"platform": claim.channel, "address": claim.address}
    if error.moved_to is not None:
        move_room(session, platform=claim.channel, old=claim.address, new=error.moved_to)
    if error.unreachable:
        mark_unreachable(session, **place, reason=error.reason)
        if claim.channel == EMAIL:
            mark_refusing(session, address=claim.address, reason=error.reason, now=now)
        lose_room(session, **place, loss=Loss.REMOVED, reason=error.reason, now=now)
    if error.unreachable or error.elsewhere:
        take_over(session, claim, channels=channels, now=now)
    if error.unwanted:
        mark_unreachable(session, **place, reason=error.reason)
        take_over(session, claim, channels=channels, now=now)
    if error.lacks_rights:
        loss = Loss.RIGHTS if claim.kind in AT_THE_DOOR else Loss.MUTED
        lose_room(session, **place, loss=loss, reason=error.reason, now=now)
    if error.permanent and claim.kind == "room_link":
        fail_link(session, link_id=claim.event.payload["link_id"], now=now)

"""What guardians were told of a player, and what is still owed to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from core.chats.team_links import has_open_room
from core.deliveries import Delivery, DeliveryStatus
from core.facts.roster import LinkDue
from core.groups import Group, archived
from core.outbox import EventStatus, OutboxEvent, record
from core.rosters.players import TEAMLESS, ContractState, Player

CARD, WELCOME, LINK = "contract_card", "contract_signed", "contract_link"
TO_GUARDIANS = (CARD, WELCOME, LINK)
BATCH = 500


class Mark(StrEnum):
    """How the latest message about a player fared, the worst of its channels first."""

    BOUNCED = "bounced"
    SKIPPED = "skipped"
    UNSURE = "unsure"
    WAITING = "waiting"
    SENT = "sent"


_MARKS: dict[DeliveryStatus, Mark] = {
    DeliveryStatus.FAILED: Mark.BOUNCED,
    DeliveryStatus.DEAD: Mark.BOUNCED,
    DeliveryStatus.CANCELLED: Mark.SKIPPED,
    DeliveryStatus.UNCERTAIN: Mark.UNSURE,
    DeliveryStatus.PENDING: Mark.WAITING,
    DeliveryStatus.SENDING: Mark.WAITING,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One message about a player; `reason` is what went wrong last."""

    kind: str
    channel: str
    address: str
    status: DeliveryStatus
    at: datetime
    reason: str | None


def list_told(session: Session, player: Player) -> list[Told]:
    """What the player's guardians were sent or should have been, newest first; twenty at most."""
    rows = session.execute(
        select(Delivery, OutboxEvent.created_at)
        .join(Delivery.event)
        .where(OutboxEvent.subject == subject_of(player.id), Delivery.kind.in_(TO_GUARDIANS))
        .order_by(Delivery.id.desc())
        .limit(20)
    )
    return [
        Told(row.kind, row.channel, row.address, row.status, row.sent_at or at, row.last_error)
        for row, at in rows
    ]


def marks_of(session: Session, player_ids: Collection[int]) -> dict[int, Mark]:
    """How the latest word to the guardians of each of these players fared; none was told nothing.

    Two queries, however many they are.
    """
    subjects = {subject_of(id_): id_ for id_ in player_ids}
    facts = session.execute(
        select(OutboxEvent.id, OutboxEvent.subject, OutboxEvent.status)
        .where(OutboxEvent.subject.in_(subjects))
        .order_by(OutboxEvent.id)
    )
    latest = {row.subject: row for row in facts}
    by_event = {row.id: subjects[row.subject] for row in latest.values()}
    statuses: dict[int, list[Mark]] = {
        by_event[row.id]: [Mark.WAITING]
        for row in latest.values()
        if row.status is EventStatus.PENDING
    }
    sent = select(Delivery.outbox_id, Delivery.status).where(Delivery.outbox_id.in_(by_event))
    for outbox_id, status in session.execute(sent):
        statuses.setdefault(by_event[outbox_id], []).append(_MARKS.get(status, Mark.SENT))
    return {id_: worst(marks) for id_, marks in statuses.items()}


def worst(marks: Iterable[Mark]) -> Mark:
    return min(marks, key=list(Mark).index)


def send_owed_links(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Guardians who were promised a link get it once their team has a room to show; how many
    players that was about.
    """
    owed = session.scalars(
        select(Player)
        .join(Player.group)
        .options(contains_eager(Player.group))
        .where(
            Player.link_owed,
            Player.contract == ContractState.SIGNED,
            Group.kind.not_in(TEAMLESS),
            Group.id.not_in(archived()),
            has_open_room(Player.group_id.expression),
        )
        .order_by(Player.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Player)
    ).all()
    for player in owed:
        player.link_owed = False
        due = LinkDue(group_id=player.group_id, player_id=player.id, imported=len(owed) > 1)
        record(session, due, now=now)
    return len(owed)


def subject_of(player_id: int) -> str:
    """As `PlayerFact.subject` has it."""
    return f"player:{player_id}"

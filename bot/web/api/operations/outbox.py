"""The outbox: what waits, went wrong or died; trying again, and sending at once."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.shapes import Given, Items, Number, Taken, Turn
from core.access import Permission
from core.deliveries import DeliveryStatus
from core.deliveries.drain import drain
from core.deliveries.redrive import retry_delivery
from core.deliveries.trail import View, count_trail, list_trail
from core.groups import Group, get_group
from core.pages import Cursor

TAG = "Outbox"


class OfGroup(Taken):
    group_id: Number | None = Field(
        None, description="With all below it. Without it, everything: for system admins only."
    )


class OutboxQuery(Turn, OfGroup):
    view: View = Field(View.WAITING, description="Which of the lists.")


class Counts(Given):
    """How long each of the lists is."""

    waiting: int
    uncertain: int
    failed: int
    dead: int
    unread: int


class EntryShown(Given):
    """One message; of `unread` one fact of which no message could be made. `room` and `person` are
    whom it is for, where you may know; `reason` is what went wrong last.
    """

    id: Number
    kind: str
    channel: str
    room: str | None
    person: str | None
    status: str
    since: datetime
    reason: str | None


class OutboxItems(Items[EntryShown]):
    """Newest first. `counts` is about all of the lists, whatever the page shows."""

    counts: Counts


class DrainedShown(Given):
    """What was open at that moment: messages, and facts that were no messages yet."""

    open: int
    facts: int


class ByMessage(Taken):
    id: Number = Field(description="The number of the message.")


class Retried(Given):
    """`before` is what the message was until now."""

    id: Number
    before: DeliveryStatus


@operation("GET", "/outbox", "Messages on their way", tag=TAG, permission=Permission.TEND_OUTBOX)
def list_outbox(asked: Asked, query: OutboxQuery) -> OutboxItems:
    """What waits, is uncertain, failed, died, or could not be read."""
    group = _group(asked, query.group_id)
    page = list_trail(
        asked.session,
        asked.me,
        group=group,
        view=query.view,
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    counts = count_trail(asked.session, asked.me, group=group)
    return OutboxItems(
        items=[EntryShown.model_validate(row, from_attributes=True) for row in page.rows],
        next_cursor=page.next.id if page.next else None,
        counts=Counts(**{view.value: count for view, count in counts.items()}),
    )


@operation(
    "POST",
    "/outbox/drain",
    "Send now what waits for its next try",
    tag=TAG,
    permission=Permission.TEND_OUTBOX,
)
def drain_outbox(asked: Asked, body: OfGroup) -> DrainedShown:
    done = drain(asked.session, asked.me, group=_group(asked, body.group_id), now=asked.now)
    return DrainedShown(open=done.open, facts=done.facts)


@operation(
    "POST",
    "/outbox/{id}/retry",
    "Try a message again",
    tag=TAG,
    permission=Permission.TEND_OUTBOX,
)
def retry_message(asked: Asked, path: ByMessage) -> Retried:
    """One that failed, died or is uncertain."""
    before = retry_delivery(asked.session, asked.me, delivery_id=path.id, now=asked.now)
    return Retried(id=path.id, before=before)


def _group(asked: Asked, group_id: int | None) -> Group | None:
    return get_group(asked.session, group_id) if group_id is not None else None


OPERATIONS = (list_outbox, drain_outbox, retry_message)

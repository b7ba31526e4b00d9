"""Broadcasts: one text to the guests of an event, and words to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.events import ByEvent, visible_event
from bot.web.api.operations.guests import ByGuest
from bot.web.api.shapes import Given, Taken, Words
from core.access import Permission, Role
from core.broadcasts import TEXT_LIMIT
from core.broadcasts.audience import Audience, Reckoning
from core.broadcasts.expanding import (
    confirm_broadcast,
    draft_broadcast,
    write_to_guest,
)
from core.guests import GuestStatus
from core.guests.lists import get_guest

TAG = "Broadcasts"
Letter = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class Reach(Given):
    """How many are reached by each channel; `out_of_reach` by none."""

    by_channel: dict[str, int]
    reached: int
    out_of_reach: int


class BroadcastWish(Taken):
    """To all guests, or only those of a `status` or a `side`; with a `role`, to members.

    `dry_run` only says whom it would reach. `count` says how many those are, and has to where they
    are more than 50.
    """

    text: Letter
    status: GuestStatus | None = None
    side: Words | None = None
    role: Role | None = None
    dry_run: bool = False
    count: Annotated[int, Field(ge=0)] | None = None


class BroadcastShown(Given):
    """It leaves at `starts_at`; until then, and while it is under way, its author can call it back
    in chat by its `id`. A dry run has neither.
    """

    id: str | None
    starts_at: datetime | None
    reach: Reach


class MessageWish(Taken):
    text: Letter


@operation(
    "POST",
    "/events/{id}/broadcast",
    "Write to the guests of an event",
    tag=TAG,
    permission=Permission.BROADCAST,
)
def broadcast_to_guests(asked: Asked, path: ByEvent, body: BroadcastWish) -> BroadcastShown:
    """Who may is a setting of the event, at first editors and above. Sent within a minute."""
    event = visible_event(asked, path.id, Permission.LIST_GUESTS)
    draft = draft_broadcast(
        asked.session,
        asked.me,
        group=event.group,
        text=body.text,
        audience=Audience(
            role=body.role, status=body.status, side=body.side, but=asked.me.person.id
        ),
        channels=asked.defaults.channels,
        links=_links(asked),
        now=asked.now,
    )
    if body.dry_run:
        asked.session.delete(draft.broadcast)
        return BroadcastShown(id=None, starts_at=None, reach=_reach(draft.reckoning))
    public_id = draft.broadcast.public_id
    sent = confirm_broadcast(
        asked.session, asked.me, public_id=public_id, count=body.count, now=asked.now
    )
    return BroadcastShown(
        id=public_id, starts_at=sent.broadcast.starts_at, reach=_reach(sent.reckoning)
    )


@operation(
    "POST",
    "/events/{id}/guests/{guest_id}/message",
    "Write to one guest",
    tag=TAG,
    permission=Permission.LIST_GUESTS,
)
def write_to_one_guest(asked: Asked, path: ByGuest, body: MessageWish) -> Reach:
    """Every member of the event may; a limited key needs `broadcast` too. It goes by whatever
    reaches them.
    """
    event = visible_event(asked, path.id, Permission.LIST_GUESTS)
    guest = get_guest(asked.session, asked.me, event=event, guest_id=path.guest_id)
    sent = write_to_guest(
        asked.session,
        asked.me,
        group=event.group,
        guest_id=guest.id,
        text=body.text,
        channels=asked.defaults.channels,
        links=_links(asked),
        now=asked.now,
    )
    return _reach(sent)


def _links(asked: Asked) -> str:
    return f"{asked.defaults.public_url}/r/"


def _reach(found: Reckoning) -> Reach:
    return Reach(by_channel=found.channels, reached=found.reached, out_of_reach=found.lost)


OPERATIONS = (broadcast_to_guests, write_to_one_guest)

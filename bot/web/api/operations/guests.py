"""Guests: who is on an event's list, one by one and as a whole list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.operations.events import ByEvent, visible_event
from bot.web.api.shapes import LARGEST_ID, Given, Items, Number, Taken, Turn, Words
from core.access import Permission
from core.events import Event
from core.guests import MOST_COMPANIONS, Guest, GuestStatus
from core.guests.adding import add_guest
from core.guests.editing import edit_guest, lock_for_guests, remove_guest
from core.guests.fields import read_fields
from core.guests.households import names_of
from core.guests.lists import Wanted, get_guest, list_guests
from core.pages import Cursor

TAG = "Guests"
MOST_CHILDREN = 20


class GuestShown(Given):
    """`person_id` is set for who is a member; others are guests by what stands here. `plus_ones`
    and `children` come along without rows of their own.
    """

    id: Number
    person_id: Number | None
    first_name: str
    last_name: str | None
    phone: str | None
    email: str | None
    household: str | None
    side: str | None
    status: GuestStatus
    plus_ones: int
    children: int
    diet: str | None
    table: str | None
    notes: str | None
    added_by_id: Number | None
    answered_at: datetime | None


class GuestWish(Taken):
    """What is left out stays as it is; null empties it."""

    last_name: Words | None = None
    phone: Words | None = None
    email: Words | None = None
    household: Words | None = None
    side: Words | None = None
    status: GuestStatus | None = None
    plus_ones: Annotated[int, Field(ge=0, le=MOST_COMPANIONS)] | None = None
    children: Annotated[int, Field(ge=0, le=MOST_CHILDREN)] | None = None
    diet: Words | None = None
    table: Words | None = None
    notes: Words | None = None

    def said(self) -> dict[str, str]:
        """As an organiser says it in chat."""
        found = {
            SPOKEN[name]: getattr(self, name) for name in self.model_fields_set & SPOKEN.keys()
        }
        for kept in ("first", "status"):  # nobody is without them
            if found.get(kept, "") is None:
                del found[kept]
        return {name: "-" if value is None else str(value) for name, value in found.items()}


# Our names, and those that organisers use.
SPOKEN = {
    "first_name": "first",
    "last_name": "last",
    "plus_ones": "plus",
    **{
        name: name
        for name in (
            "phone",
            "email",
            "household",
            "side",
            "status",
            "children",
            "diet",
            "table",
            "notes",
        )
    },
}


class NewGuest(GuestWish):
    """`sure` adds somebody of a name that is on the list already."""

    first_name: Annotated[Words, Field(min_length=1)]
    sure: bool = False


class GuestChange(GuestWish):
    first_name: Annotated[Words, Field(min_length=1)] | None = None


class GuestQuery(Turn):
    status: GuestStatus | None = Field(None, description="Only those who stand like this.")
    side: Words | None = Field(None, description="Only those of this side.")
    q: Words = Field("", description="By parts of a name, a number or an address.")


class ByGuest(ByEvent):
    guest_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]


@operation(
    "GET",
    "/events/{id}/guests",
    "Who is on the list",
    tag=TAG,
    permission=Permission.LIST_GUESTS,
)
def list_guests_of_event(asked: Asked, path: ByEvent, query: GuestQuery) -> Items[GuestShown]:
    """In the order in which they were added."""
    event = visible_event(asked, path.id, Permission.LIST_GUESTS)
    page = list_guests(
        asked.session,
        asked.me,
        event=event,
        wanted=Wanted(status=query.status, side=query.side, text=query.q),
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    following = page.next.id if page.next else None
    return Items[GuestShown](items=_show(asked, page.rows), next_cursor=following)


@operation(
    "POST",
    "/events/{id}/guests",
    "Put a guest on the list",
    tag=TAG,
    status=201,
    permission=Permission.EDIT_GUESTS,
)
def put_guest(asked: Asked, path: ByEvent, body: NewGuest) -> GuestShown:
    event = visible_event(asked, path.id, Permission.EDIT_GUESTS)
    guest = add_guest(
        asked.session,
        asked.me,
        event_id=event.id,
        columns=read_fields(body.said(), region=_region(asked, event)),
        sure=body.sure,
        now=asked.now,
    )
    return _show(asked, [guest])[0]


@operation(
    "GET",
    "/events/{id}/guests/{guest_id}",
    "One guest",
    tag=TAG,
    permission=Permission.LIST_GUESTS,
    tagged=True,
)
def read_guest(asked: Asked, path: ByGuest) -> GuestShown:
    event = visible_event(asked, path.id, Permission.LIST_GUESTS)
    return _show(asked, [get_guest(asked.session, asked.me, event=event, guest_id=path.guest_id)])[
        0
    ]


@operation(
    "PATCH",
    "/events/{id}/guests/{guest_id}",
    "Change a guest",
    tag=TAG,
    permission=Permission.EDIT_GUESTS,
    tagged=True,
)
def change_guest(asked: Asked, path: ByGuest, body: GuestChange) -> GuestShown:
    """Refused where it would take more seats than there are."""
    visible_event(asked, path.id, Permission.EDIT_GUESTS)
    event = lock_for_guests(asked.session, asked.me, path.id)
    guest = get_guest(asked.session, asked.me, event=event, guest_id=path.guest_id)
    asked.check_unchanged(_show(asked, [guest])[0])
    if said := body.said():
        edit_guest(
            asked.session,
            asked.me,
            event_id=event.id,
            guest_id=guest.id,
            columns=read_fields(said, region=_region(asked, event)),
            now=asked.now,
        )
    return _show(asked, [guest])[0]


@operation(
    "DELETE",
    "/events/{id}/guests/{guest_id}",
    "Take a guest off the list",
    tag=TAG,
    permission=Permission.EDIT_GUESTS,
)
def end_guest(asked: Asked, path: ByGuest) -> None:
    """Their seats go to who waits. In chat that can be undone."""
    visible_event(asked, path.id, Permission.EDIT_GUESTS)
    remove_guest(asked.session, asked.me, event_id=path.id, guest_id=path.guest_id, now=asked.now)


def _region(asked: Asked, event: Event) -> str:
    return event.region or asked.defaults.region


def _show(asked: Asked, guests: Sequence[Guest]) -> list[GuestShown]:
    asked.session.flush()
    homes = names_of(asked.session, [row.household_id for row in guests if row.household_id])
    return [_show_one(row, homes.get(row.household_id or 0)) for row in guests]


def _show_one(guest: Guest, household: str | None) -> GuestShown:
    same = GuestShown.model_fields.keys() - {"household", "table"}
    fields = {name: getattr(guest, name) for name in same}
    return GuestShown(household=household, table=guest.seating, **fields)


OPERATIONS = (list_guests_of_event, put_guest, read_guest, change_guest, end_guest)

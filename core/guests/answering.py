"""Who may answer for whom: guests for themselves and their household, organisers for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Permission, Role, allows, is_archived, standing
from core.audit import note
from core.errors import Conflict, NotFound
from core.events import Event, lock_event
from core.events.making import guest_row
from core.groups import line_of
from core.guests import Guest, GuestStatus
from core.guests.claims import claim_own
from core.guests.rsvp import Wish, check_open, take_answer
from core.members import list_leaders
from core.model import insert_new
from core.people import Person


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer; `before` is how the guest stood, None for somebody new."""

    event: Event
    guest: Guest
    status: GuestStatus
    before: GuestStatus | None


def answer_event(
    session: Session,
    actor: Actor,
    *,
    event_id: int,
    wish: Wish,
    guest_id: int | None = None,
    room_of: int | None = None,
    now: datetime,
) -> Answered:
    """The actor answers, for themselves or for the guest of that number.

    `room_of` is the group whose room it is said in: who sees the card there may answer it, since
    the room's people let them in. Members of the event and of the group right above it may too.
    Raises NotFound to everybody else, Conflict when it is too late or there are no seats, Invalid.
    """
    event = lock_event(session, event_id)
    mine = find_own_guest(session, actor, event_id=event_id) or claim_own(
        session, actor, event_id=event_id, now=now
    )
    _check_known(session, actor, event, mine, room_of)
    if guest_id is not None:
        guest = _charge(session, actor, event, mine, guest_id)
    else:
        guest = _own(mine) if mine else _join(session, actor, event, now=now)
    before = guest.status if guest.answered_at is not None else None
    check_open(event, guest, contact=contact_of(session, event), now=now)
    if is_archived(session, event.id):
        raise Conflict("group_archived", group=event.group.name)
    status = take_answer(session, event, guest, wish, now=now)
    note(
        session,
        actor,
        action="guest.answered",
        group=event.group,
        now=now,
        subject=f"guest:{guest.id}",
        status=status.value,
    )
    return Answered(event, guest, status, before)


def find_own_guest(session: Session, actor: Actor, *, event_id: int) -> Guest | None:
    """The actor's own row on the list, also one that was taken off."""
    return session.scalar(
        select(Guest).where(Guest.event_id == event_id, Guest.person_id == actor.person.id)
    )


def get_answerable(
    session: Session, actor: Actor, *, event: Event, guest_id: int | None = None
) -> Guest:
    """The guest of that number, or the actor's own row, if the actor may answer for them.

    Raises NotFound.
    """
    mine = find_own_guest(session, actor, event_id=event.id)
    if guest_id is not None:
        return _charge(session, actor, event, mine, guest_id)
    if mine is None:
        raise NotFound("guest_unknown")
    return _own(mine)


def list_charges(session: Session, guest: Guest) -> list[Guest]:
    """Those of the guest's household who have no account of their own: children, and others."""
    if guest.household_id is None:
        return []
    query = select(Guest).where(
        Guest.household_id == guest.household_id,
        Guest.id != guest.id,
        Guest.person_id.is_(None) | Guest.is_child,
        Guest.removed_at.is_(None),
    )
    return list(session.scalars(query.order_by(Guest.id)))


def contact_of(session: Session, event: Event) -> str:
    """Who is asked when it is too late: the first who runs the event."""
    own, above = list_leaders(session, event.id, least=Role.ADMIN)
    first = next(iter(own or above), None)
    person = session.get(Person, first) if first is not None else None
    return person.name if person else event.group.name


def may_see(
    session: Session, actor: Actor, event: Event, mine: Guest | None, *, room_of: int | None = None
) -> bool:
    """Whether the event is the actor's to know: as a guest, by a role, by the room it is in, or as
    one of the group right above it; and never to somebody who was banned from there.
    """
    if standing(session, actor, event.group) is not None:
        return True
    if is_kept_out(session, actor.person.id, event.id):
        return False
    if mine is not None and mine.removed_at is None:
        return True
    above = list(session.scalars(line_of(event.id)))
    if room_of is not None and room_of in above:
        return True
    return _is_active(session, actor, {event.group.parent_id})


def _check_known(
    session: Session, actor: Actor, event: Event, mine: Guest | None, room_of: int | None
) -> None:
    known = may_see(session, actor, event, mine, room_of=room_of)
    if not known or is_kept_out(session, actor.person.id, event.id):
        raise NotFound("event_unknown")


def is_kept_out(session: Session, person_id: int, event_id: int) -> bool:
    """Whether the person was banned from the event, or from a group above it."""
    banned = select(Member.id).where(
        Member.person_id == person_id,
        Member.state == MemberState.BANNED,
        Member.group_id.in_(line_of(event_id)),
    )
    return session.scalar(banned.limit(1)) is not None


def _is_active(session: Session, actor: Actor, groups: set[int | None]) -> bool:
    inside = select(Member.id).where(
        Member.person_id == actor.person.id,
        Member.state == MemberState.ACTIVE,
        Member.group_id.in_(groups - {None}),
    )
    return session.scalar(inside.limit(1)) is not None


def _charge(
    session: Session, actor: Actor, event: Event, mine: Guest | None, guest_id: int
) -> Guest:
    """Somebody whom the actor may answer for."""
    guest = session.get(Guest, guest_id)
    if guest is None or guest.event_id != event.id or guest.removed_at is not None:
        raise NotFound("guest_unknown")
    if guest is mine or (mine is not None and guest in list_charges(session, mine)):
        return guest
    if allows(standing(session, actor, event.group), Permission.EDIT_EVENT):
        return guest
    raise NotFound("guest_unknown")


def _own(mine: Guest) -> Guest:
    if mine.removed_at is not None:
        raise NotFound("guest_unknown")
    return mine


def _join(session: Session, actor: Actor, event: Event, *, now: datetime) -> Guest:
    """Who was not asked by name, but sees the card, puts themselves on the list."""
    person = actor.person
    row = guest_row(event, person.id, person.name, person.id, now)
    insert_new(session, Guest, [row], key=("event_id", "person_id"))
    guest = find_own_guest(session, actor, event_id=event.id)
    assert guest is not None
    return guest

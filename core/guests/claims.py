"""Guests who were put on a list by a number or e-mail address, and show that it is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor
from core.audit import note
from core.events import Event, lock_event
from core.guests import Guest
from core.invites.whom import EMAIL, PHONE
from core.people.proofs import claims_of


def claim_own(session: Session, actor: Actor, *, event_id: int, now: datetime) -> Guest | None:
    """The actor's row on that list, from now on by their account; None where nothing that they have
    proven stands there.
    """
    return next(iter(_claim(session, actor, [Guest.event_id == event_id], now)), None)


def claim_coming(session: Session, actor: Actor, *, now: datetime) -> list[Guest]:
    """The same on the lists of all events to come."""
    coming = select(Event.id).where(
        Event.cancelled_at.is_(None), or_(Event.starts_at > now, Event.starts_at.is_(None))
    )
    return _claim(session, actor, [Guest.event_id.in_(coming)], now)


def _claim(
    session: Session, actor: Actor, where: Sequence[ColumnElement[bool]], now: datetime
) -> list[Guest]:
    proven = [claim.partition(":") for claim in claims_of(session, actor.person.id)]
    phones = [address for kind, _, address in proven if kind == PHONE]
    emails = [address for kind, _, address in proven if kind == EMAIL]
    if not phones and not emails:
        return []
    theirs = or_(Guest.phone_key.in_(phones), Guest.email.in_(emails))
    free = Guest.person_id.is_(None), Guest.removed_at.is_(None)
    query = select(Guest.event_id).where(*where, *free, theirs)
    found = (
        _claim_one(session, actor, lock_event(session, event_id), theirs, now)
        for event_id in sorted(set(session.scalars(query)))
    )
    return [guest for guest in found if guest is not None]


def _claim_one(
    session: Session, actor: Actor, event: Event, theirs: ColumnElement[bool], now: datetime
) -> Guest | None:
    """Under the event's lock. Who is on the list by their account already stays who they are; of
    several rows with one number it is the first that is no child's.
    """
    mine = Guest.event_id == event.id, Guest.person_id == actor.person.id
    if session.scalar(select(Guest.id).where(*mine)) is not None:
        return None
    free = Guest.event_id == event.id, Guest.person_id.is_(None), Guest.removed_at.is_(None)
    query = select(Guest).where(*free, theirs).options(joinedload(Guest.household))
    guest = session.scalar(query.order_by(Guest.is_child, Guest.id).limit(1))
    if guest is None:
        return None
    guest.person_id, guest.updated_at = actor.person.id, now
    session.flush()
    about = f"guest:{guest.id}"
    note(session, actor, action="guest.claimed", group=event.group, now=now, subject=about)
    return guest

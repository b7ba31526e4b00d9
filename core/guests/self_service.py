"""Self-service: a guest answers by their own link, for their household too, without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, is_archived
from core.audit import note
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event, get_event, lock_event
from core.guests import Guest
from core.guests.answering import Answered, contact_of, find_own_guest, is_kept_out, list_charges
from core.guests.links import GuestLink
from core.guests.rsvp import Wish, check_open, is_open, take_answer
from core.invites.guesses import count_recent, miss
from core.tokens import digest, is_token, new_token


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """What the link shows: the event, and who is answered for by it, its own guest first.
    `contact` is who is asked when it is too late, `is_open` whether it is not.
    """

    event: Event
    guests: list[Guest]
    contact: str
    is_open: bool


def make_guest_link(session: Session, guest: Guest, *, now: datetime) -> str:
    """A new token for the guest, told once; those made before work on. Asks no permission: who has
    it can answer for them, so it is shown to the guest alone or to whoever may answer anyway.
    """
    token = new_token()
    session.add(GuestLink(guest_id=guest.id, digest=digest(token), created_at=now))
    session.flush()
    return token


def self_service_card(
    session: Session, *, token: str, guessers: tuple[str, ...], now: datetime
) -> ServiceCard:
    """What the link shows; nothing is changed by looking. `guessers` is who asks, as in Guess.

    Raises NotFound for a token that opens nothing, Limited for guessing.
    """
    guest = _guest_of(session, token, guessers, now)
    event = get_event(session, guest.event_id)
    guests = [guest, *list_charges(session, guest)]
    contact = contact_of(session, event)
    open_ = not is_archived(session, event.id) and any(
        is_open(event, one, now=now) for one in guests
    )
    return ServiceCard(event, guests, contact, open_)


def answer_by_link(
    session: Session,
    *,
    token: str,
    wish: Wish,
    guest_id: int | None = None,
    guessers: tuple[str, ...],
    now: datetime,
) -> Answered:
    """Answer for the link's guest, or for one of their household.

    Raises as `self_service_card`, and Conflict or Invalid as `answer_event` does.
    """
    owner = _guest_of(session, token, guessers, now)
    event = lock_event(session, owner.event_id)
    answerable = {one.id: one for one in (owner, *list_charges(session, owner))}
    guest = answerable.get(owner.id if guest_id is None else guest_id)
    if guest is None:
        raise NotFound("guest_unknown")
    session.refresh(guest)
    before = guest.status if guest.answered_at is not None else None
    check_open(event, guest, contact=contact_of(session, event), now=now)
    if is_archived(session, event.id):
        raise Conflict("group_archived", group=event.group.name)
    status = take_answer(session, event, guest, wish, now=now)
    return Answered(event, guest, status, before)


def claim_guest(session: Session, actor: Actor, *, token: str, now: datetime) -> Guest:
    """The guest of a link that the actor opened in chat: theirs from then on, unless it is somebody
    else's already, or they are on that list themselves; then the link merely leads there.

    Raises NotFound for a token that opens nothing, Limited for guessing, Forbidden for the link of
    somebody else.
    """
    guessers = (f"person:{actor.person.id}",)
    guest = _guest_of(session, token, guessers, now)
    if is_kept_out(session, actor.person.id, guest.event_id):
        raise _unknown(guessers, now)
    event = lock_event(session, guest.event_id)
    session.refresh(guest, ["person_id"])
    mine = find_own_guest(session, actor, event_id=event.id)
    if mine is not None and mine.removed_at is None:
        return mine
    if guest.person_id is not None or mine is not None:
        raise Forbidden("rsvp_for_somebody_else", event=event.group.name)
    guest.person_id, guest.updated_at = actor.person.id, now
    session.flush()
    note(
        session,
        actor,
        action="guest.claimed",
        group=event.group,
        now=now,
        subject=f"guest:{guest.id}",
    )
    return guest


def _guest_of(session: Session, token: str, guessers: tuple[str, ...], now: datetime) -> Guest:
    count_recent(session, *guessers, now=now)
    found = None
    if is_token(token):
        query = select(Guest).join(GuestLink, GuestLink.guest_id == Guest.id)
        query = query.where(GuestLink.digest == digest(token), Guest.removed_at.is_(None))
        found = session.scalar(query.options(joinedload(Guest.household)))
    if found is None or _is_of_banned(session, found):
        raise _unknown(guessers, now)
    return found


def _is_of_banned(session: Session, guest: Guest) -> bool:
    return guest.person_id is not None and is_kept_out(session, guest.person_id, guest.event_id)


def _unknown(guessers: tuple[str, ...], now: datetime) -> NotFound:
    return NotFound("rsvp_unknown", aftermath=miss(*guessers, now=now))

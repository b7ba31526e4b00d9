"""Invites that wait for whoever shows that they are theirs: by a username, by a phone number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, joinedload

from core.access import Actor
from core.facts import StrangerOpened
from core.invites import Invite, InviteState
from core.invites.bindings import MOST_TOLD_A_DAY, Claimant, Verdict, bind_to, count_told
from core.invites.whom import PHONE
from core.model import change
from core.outbox import record
from core.people.proofs import claims_of, keep_proof

MOST_SHOWN = 10


def prove_phone(session: Session, actor: Actor, *, number: str, now: datetime) -> list[Invite]:
    """The platform says that the actor has this number (E.164, in the form of `key_of`): the open
    invites for it are theirs. A number has one holder, the last who proved it.
    """
    keep_proof(session, kind=PHONE, address=number, person_id=actor.person.id, now=now)
    query = _open().where(Invite.claim == f"{PHONE}:{number}", Invite.invitee_id.is_(None))
    found = list(session.scalars(query))
    for invite in found:
        bind_to(invite, actor.person)
    _tell_of_wrong_number(session, actor.person.id, now=now)
    return found


def list_waiting(session: Session, actor: Actor, *, now: datetime) -> list[Invite]:
    """The open direct invites that wait for the actor, the oldest first. Ten at most."""
    mine = claims_of(session, actor.person.id)
    unclaimed = Invite.claim.in_(mine) & Invite.invitee_id.is_(None)
    query = (
        select(Invite)
        .where(
            Invite.state == InviteState.OPEN,
            or_(Invite.invitee_id == actor.person.id, unclaimed),
            Invite.uses == 0,
            or_(Invite.expires_at.is_(None), Invite.expires_at > now),
        )
        .options(joinedload(Invite.group, innerjoin=True))
    )
    return list(session.scalars(query.order_by(Invite.id).limit(MOST_SHOWN)))


def take_waiting(session: Session, actor: Actor, *, now: datetime) -> list[Invite]:
    """Those that wait for the actor; what is for something that they have proven is theirs from
    now on.
    """
    waiting = [one.id for one in list_waiting(session, actor, now=now)]
    query = _open().where(Invite.id.in_(waiting)).execution_options(populate_existing=True)
    found = list(session.scalars(query.order_by(Invite.id)))
    for invite in found:
        bind_to(invite, actor.person)
    return found


def _open() -> Select[Invite]:
    return (
        select(Invite)
        .where(Invite.state == InviteState.OPEN)
        .options(joinedload(Invite.group, innerjoin=True))
        .with_for_update(of=Invite)
    )


def _tell_of_wrong_number(session: Session, person_id: int, *, now: datetime) -> None:
    """Who opened an invite for a number and then showed another one is a stranger to it."""
    opened = (
        _open()
        .join(Claimant, Claimant.invite_id == Invite.id)
        .where(
            Claimant.person_id == person_id,
            Claimant.verdict == Verdict.OPEN,
            Invite.claim.startswith(f"{PHONE}:"),
            Invite.invitee_id.is_(None),
        )
    )
    for invite in session.scalars(opened).all():
        decided = Claimant.invite_id == invite.id, Claimant.person_id == person_id
        change(session, update(Claimant).where(*decided).values(verdict=Verdict.NO))
        if count_told(session, invite.id, now=now) <= MOST_TOLD_A_DAY:
            fact = StrangerOpened(
                group_id=invite.group_id, invite_id=invite.id, person_id=person_id
            )
            record(session, fact, now=now)

"""Vouching: an admin says whether who opened an invite for an e-mail address is whom it is for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor, Permission
from core.audit import note
from core.errors import NotFound
from core.facts import PersonInvited
from core.invites import Invite, get_invite
from core.invites.bindings import Claimant, Verdict, bind_to, kind_of
from core.invites.whom import EMAIL
from core.outbox import record
from core.people import Person


def answer_claim(
    session: Session,
    actor: Actor,
    *,
    public_id: str,
    person_id: int,
    is_theirs: bool,
    now: datetime,
) -> tuple[Invite, Person]:
    """An admin says whether who opened the invite is whom it is for; if so, they get it at once.

    Raises NotFound when nobody asks or it is decided, or Forbidden.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.INVITE)
    claimant = session.scalar(
        select(Claimant).where(
            Claimant.invite_id == invite.id,
            Claimant.person_id == person_id,
            Claimant.verdict == Verdict.OPEN,
        )
    )
    if claimant is None or invite.invitee_id is not None or kind_of(invite) != EMAIL:
        raise NotFound("nobody_claims", invite=public_id)
    person = session.get_one(Person, person_id)
    claimant.verdict = Verdict.YES if is_theirs else Verdict.NO
    if is_theirs:
        bind_to(invite, person)
        told = PersonInvited(group_id=invite.group_id, invite_id=invite.id, person_id=person_id)
        record(session, told, now=now)
    note(
        session,
        actor,
        action="invite.vouched" if is_theirs else "invite.denied",
        group=invite.group,
        now=now,
        subject=invite.public_id,
        person=person_id,
    )
    return invite, person

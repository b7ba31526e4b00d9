"""Direct invites: offered to one person, who hears of it in private or is handed a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Actor, MemberState, Permission, require, role_in
from core.errors import NotFound
from core.facts import PersonInvited
from core.groups import Group
from core.invites import Invite, InviteState, InviteStatus, Offer
from core.invites.issuing import issue_invite
from core.invites.texting import text_invite
from core.invites.whom import Whom
from core.mail.mailing import mail_invite
from core.members import find_member, lock_members
from core.outbox import record
from core.people import Person, is_reachable
from core.people.acquaintances import find_known, find_known_by_name
from core.people.finding import get_findable
from core.people.picks import meet


class Outcome(StrEnum):
    """What came of inviting one person."""

    SENT = "sent"
    MAILED = "mailed"
    TEXTED = "texted"
    HANDED = "handed"
    INVITED = "invited"
    MEMBER = "member"
    BANNED = "banned"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Result:
    """`token` is of an invite that the inviter hands over; `person` somebody whom they may know;
    `candidates` who may be meant when that is unsure.
    """

    outcome: Outcome
    whom: Whom
    person: Person | None = None
    invite: Invite | None = None
    token: str | None = None
    candidates: tuple[Person, ...] = ()

    @property
    def name(self) -> str:
        """As the inviter knows them."""
        return self.person.name if self.person else self.whom.said


def invite_person(
    session: Session, actor: Actor, *, group: Group, whom: Whom, offer: Offer, now: datetime
) -> Result:
    """Invite one person: whom the actor may know and Usher may write to hears of it at once, for
    anybody else the actor gets a link that opens for them alone. Who is in or invited stays so.

    Somebody whom the actor may not know looks like somebody whom nobody knows. Raises Forbidden,
    NotFound for a name or number of nobody, or Invalid.
    """
    lock_members(session, group)
    require(session, actor, Permission.INVITE, group)
    candidates, certain = _find(session, actor, group, whom, now)
    if not certain:
        return Result(Outcome.UNSURE, whom, candidates=tuple(candidates))
    person = candidates[0] if candidates else None
    if person is not None and (standing := _standing(session, group, person)):
        return Result(standing, whom, person)
    pending = _pending(session, group, person, whom, now)
    if pending is not None:
        return Result(Outcome.INVITED, whom, person, pending)
    bound = replace(offer, invitee=person, claim=None if person else whom.claim)
    invite, token = issue_invite(session, actor, group=group, offer=bound, now=now)
    if person is None or not is_reachable(session, person.id):
        if mail_invite(session, invite, now=now):
            return Result(Outcome.MAILED, whom, person, invite, token)
        if text_invite(session, invite, now=now):
            return Result(Outcome.TEXTED, whom, person, invite, token)
        return Result(Outcome.HANDED, whom, person, invite, token)
    told = PersonInvited(group_id=group.id, invite_id=invite.id, person_id=person.id)
    record(session, told, now=now)
    return Result(Outcome.SENT, whom, person, invite)


def _find(
    session: Session, actor: Actor, group: Group, whom: Whom, now: datetime
) -> tuple[list[Person], bool]:
    """Who may be meant, and whether that is clear; nobody is clear too where there is a claim."""
    if whom.person_id is not None:
        return [get_findable(session, actor, group=group, person_id=whom.person_id)], True
    if whom.about is not None:  # the platform shows them to the actor
        identity = meet(session, sender=whom.about, now=now)
        session.flush()
        return [identity.person], True
    if whom.claim is not None:
        known = find_known(session, actor, claims=[whom.claim])
        return list(known.values()), True
    found, certain = find_known_by_name(session, actor, group=group, name=whom.name or "")
    if not found:
        raise NotFound("who_not_known", who=whom.said)
    return found, certain


def _standing(session: Session, group: Group, person: Person) -> Outcome | None:
    member = find_member(session, person_id=person.id, group_id=group.id)
    if member is not None and member.state is MemberState.BANNED:
        return Outcome.BANNED
    if member is not None and member.state is MemberState.ACTIVE:
        return Outcome.MEMBER
    return Outcome.MEMBER if role_in(session, person.id, group.id) else None


def _pending(
    session: Session, group: Group, person: Person | None, whom: Whom, now: datetime
) -> Invite | None:
    """An invite of theirs that is still open. One that is over never stands in the way."""
    theirs = []
    if person is not None:
        theirs.append(Invite.invitee_id == person.id)
    if whom.claim is not None:
        theirs.append(Invite.claim == whom.claim)
    query = select(Invite).where(
        Invite.group_id == group.id, Invite.state == InviteState.OPEN, or_(*theirs)
    )
    open_ones = session.scalars(query.order_by(Invite.id.desc())).all()
    return next((one for one in open_ones if one.status(now) is InviteStatus.PENDING), None)

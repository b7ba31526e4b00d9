"""Binding: whom an invite is for before Usher knows them; whoever opens it has to prove it.

Bound means bound: somebody else is refused, and the inviter hears of it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.errors import Forbidden
from core.facts import ClaimRaised, StrangerOpened
from core.invites import Invite
from core.invites.whom import EMAIL, PHONE
from core.model import Base, Id, Moment, choice, insert_new
from core.outbox import record
from core.people import Person
from core.people.proofs import claims_of

MOST_TOLD_A_DAY = 5


class Verdict(StrEnum):
    """What the inviter says of somebody who opened an invite for an e-mail address."""

    OPEN = "open"
    YES = "yes"
    NO = "no"


class Claimant(Base):
    """Somebody who opened an invite that is bound to somebody, and could not prove to be them."""

    __tablename__ = "claimants"
    __table_args__ = (UniqueConstraint("invite_id", "person_id"),)

    id: Mapped[Id]
    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    seen_at: Mapped[Moment]


def check_bound(session: Session, actor: Actor, invite: Invite, *, now: datetime) -> None:
    """The invite is the actor's, or anybody's. Who proves a claim here has the invite from then on.

    `invite` is locked, with its inviter. Raises Forbidden: for somebody else's, or with what has to
    be proven first.
    """
    if invite.invitee_id == actor.person.id or (invite.invitee_id is None and invite.claim is None):
        return
    if invite.invitee_id is None and invite.claim in claims_of(session, actor.person.id):
        bind_to(invite, actor.person)
        return
    opening = _Opening(invite.group_id, invite.id, actor.person.id, now)
    inviter, unclaimed = invite.inviter.name, invite.invitee_id is None
    if unclaimed and kind_of(invite) == PHONE:
        raise Forbidden("phone_proof_needed", inviter=inviter, aftermath=opening.keep)
    if unclaimed and kind_of(invite) == EMAIL and not opening.is_denied(session):
        raise Forbidden("claim_waits", inviter=inviter, aftermath=opening.ask_about)
    raise Forbidden("invite_for_somebody_else", inviter=inviter, aftermath=opening.tell_of)


def bind_to(invite: Invite, person: Person) -> None:
    """The invite is this person's. Whoever calls it holds the invite's lock."""
    invite.invitee_id = person.id


def kind_of(invite: Invite) -> str:
    """What has to be proven: `phone`, `email`, a platform for a username there, or nothing."""
    return (invite.claim or "").partition(":")[0]


def count_told(session: Session, invite_id: int, *, now: datetime) -> int:
    """How many strangers to the invite its inviter may have heard of within a day."""
    since = Claimant.seen_at > now - timedelta(days=1)
    count = select(func.count()).where(Claimant.invite_id == invite_id, since)
    return session.scalars(count).one()


@dataclass(frozen=True, slots=True)
class _Opening:
    """Somebody opened an invite that is not shown to be theirs. What is to be kept of it although
    they are refused; the inviter hears of each stranger once, and of a few a day.
    """

    group_id: int
    invite_id: int
    person_id: int
    now: datetime

    def keep(self, session: Session) -> None:
        self._keep(session)

    def _keep(self, session: Session) -> bool:
        """Whether the inviter is to hear of it."""
        is_quiet = count_told(session, self.invite_id, now=self.now) < MOST_TOLD_A_DAY
        row = {"invite_id": self.invite_id, "person_id": self.person_id, "seen_at": self.now}
        row["verdict"] = Verdict.OPEN
        is_new = insert_new(session, Claimant, [row], key=("invite_id", "person_id"))
        return bool(is_new) and is_quiet

    def tell_of(self, session: Session) -> None:
        fact = StrangerOpened(
            group_id=self.group_id, invite_id=self.invite_id, person_id=self.person_id
        )
        if self._keep(session):
            record(session, fact, now=self.now)

    def ask_about(self, session: Session) -> None:
        fact = ClaimRaised(
            group_id=self.group_id, invite_id=self.invite_id, person_id=self.person_id
        )
        if self._keep(session):
            record(session, fact, now=self.now)

    def is_denied(self, session: Session) -> bool:
        denied = select(Claimant.id).where(
            Claimant.invite_id == self.invite_id,
            Claimant.person_id == self.person_id,
            Claimant.verdict == Verdict.NO,
        )
        return session.scalar(denied) is not None

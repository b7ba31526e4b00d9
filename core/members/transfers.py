"""Transfer: an owner's offer of the group to a member, which takes the receiver's own tap."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, MemberState, Permission, Role, require, role_in, standing
from core.audit import note
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.facts import TransferAnswered, TransferOffered
from core.groups import Group
from core.members import lock_member, lock_members
from core.model import Base, Id, Moment, change, choice
from core.outbox import record
from core.people import Person
from core.tokens import new_public_id

OFFER_TTL = timedelta(hours=72)


class TransferState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Transfer(Base):
    """The offer of a group to one person, until `expires_at`. A group has one open at a time."""

    __tablename__ = "transfers"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    receiver_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    by_system_admin: Mapped[bool]
    state: Mapped[TransferState] = mapped_column(choice(TransferState, "state"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)
    giver: Mapped[Person] = relationship(lazy="raise", innerjoin=True, foreign_keys=[giver_id])
    receiver: Mapped[Person] = relationship(
        lazy="raise", innerjoin=True, foreign_keys=[receiver_id]
    )


def offer_transfer(
    session: Session, actor: Actor, *, group: Group, person_id: int, now: datetime
) -> Transfer:
    """Offer the group to a member. Nothing changes until they take it; an earlier offer ends.

    Raises Forbidden, NotFound, Invalid for oneself, or Conflict for somebody who is an owner.
    """
    lock_members(session, group)
    require(session, actor, Permission.TRANSFER, group)
    member = lock_member(session, person_id=person_id, group_id=group.id)
    if member is None or member.state is not MemberState.ACTIVE:
        raise NotFound("who_not_here", group=group.name)
    if person_id == actor.person.id:
        raise Invalid("transfer_to_yourself")
    if member.role is Role.OWNER:
        raise Conflict("owner_already", person=member.person.name, group=group.name)
    earlier = update(Transfer).where(
        Transfer.group_id == group.id, Transfer.state == TransferState.OPEN
    )
    change(session, earlier.values(state=TransferState.WITHDRAWN))
    offer = Transfer(
        public_id=new_public_id("trf"),
        group_id=group.id,
        giver_id=actor.person.id,
        receiver=member.person,
        by_system_admin=actor.system_admin,
        state=TransferState.OPEN,
        created_at=now,
        expires_at=now + OFFER_TTL,
    )
    session.add(offer)
    session.flush()
    _note(session, actor, offer, group, action="transfer.offered", now=now)
    record(session, TransferOffered(group_id=group.id, transfer_id=offer.id), now=now)
    return offer


def take_transfer(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Transfer:
    """The receiver becomes an owner, and the giver steps down to admin.

    Raises NotFound, Forbidden for anybody else, or Conflict for an offer that no longer holds.
    """
    offer = _open_offer(session, actor, public_id=public_id, now=now)
    group = offer.group
    taker = lock_member(session, person_id=actor.person.id, group_id=group.id)
    if taker is None or taker.state is not MemberState.ACTIVE or not _still_stands(session, offer):
        raise Conflict("transfer_void", group=group.name)
    taker.role, taker.label = Role.OWNER, None
    giver = lock_member(session, person_id=offer.giver_id, group_id=group.id)
    if giver is not None and giver.state is MemberState.ACTIVE and giver.role is Role.OWNER:
        giver.role = Role.ADMIN
    _settle(session, actor, offer, TransferState.TAKEN, now=now)
    return offer


def refuse_transfer(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Transfer:
    """The receiver says no. Raises as `take_transfer` does."""
    offer = _open_offer(session, actor, public_id=public_id, now=now)
    _settle(session, actor, offer, TransferState.REFUSED, now=now)
    return offer


def withdraw_transfer(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Transfer:
    """The giver, or another owner, takes the offer back. Raises Forbidden, NotFound, Conflict."""
    offer = _locked(session, actor, public_id)
    require(session, actor, Permission.TRANSFER, offer.group)
    _check_open(offer, now=now)
    offer.state = TransferState.WITHDRAWN
    _note(session, actor, offer, offer.group, action="transfer.withdrawn", now=now)
    return offer


def _open_offer(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Transfer:
    offer = _locked(session, actor, public_id)
    if offer.receiver_id != actor.person.id:
        raise Forbidden("transfer_for_somebody_else", person=offer.receiver.name)
    _check_open(offer, now=now)
    return offer


def _locked(session: Session, actor: Actor, public_id: str) -> Transfer:
    """The offer, fresh under the lock of its group; to outsiders it looks like none."""
    found = find_transfer(session, public_id)
    if found is None or standing(session, actor, found.group) is None:
        raise NotFound("transfer_unknown")
    lock_members(session, found.group)
    session.refresh(found, ["state"])
    return found


def find_transfer(session: Session, public_id: str) -> Transfer | None:
    """The offer with its group and both people, or None."""
    return session.scalar(_with_people().where(Transfer.public_id == public_id))


def get_transfer(session: Session, transfer_id: int) -> Transfer:
    """The same by its number, for what tells of it."""
    return session.scalars(_with_people().where(Transfer.id == transfer_id)).one()


def _with_people() -> Select[Transfer]:
    return select(Transfer).options(
        joinedload(Transfer.group, innerjoin=True),
        joinedload(Transfer.giver, innerjoin=True),
        joinedload(Transfer.receiver, innerjoin=True),
    )


def _check_open(offer: Transfer, *, now: datetime) -> None:
    if offer.state is not TransferState.OPEN:
        raise Conflict(f"transfer_{offer.state.value}", group=offer.group.name)
    if offer.expires_at <= now:
        raise Conflict("transfer_expired", giver=offer.giver.name, group=offer.group.name)


def _still_stands(session: Session, offer: Transfer) -> bool:
    """Whether the giver could still hand the group over today."""
    if offer.by_system_admin:
        return True
    return role_in(session, offer.giver_id, offer.group_id) is Role.OWNER


def _settle(
    session: Session, actor: Actor, offer: Transfer, state: TransferState, *, now: datetime
) -> None:
    offer.state = state
    _note(session, actor, offer, offer.group, action=f"transfer.{state.value}", now=now)
    record(session, TransferAnswered(group_id=offer.group_id, transfer_id=offer.id), now=now)


def _note(
    session: Session, actor: Actor, offer: Transfer, group: Group, *, action: str, now: datetime
) -> None:
    note(
        session,
        actor,
        action=action,
        group=group,
        now=now,
        subject=f"person:{offer.receiver_id}",
        giver=offer.giver_id,
    )

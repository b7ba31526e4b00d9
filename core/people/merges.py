"""Merge: two persons who turned out to be one; what moved is written down, so it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access import Actor, Member, MemberState, Role
from core.audit import note
from core.errors import Conflict
from core.groups import Group, get_group
from core.guests.selves import join_guests
from core.members import is_owned_besides, lock_members
from core.members.transfers import Transfer, TransferState
from core.model import Base, Id, Moment, Payload, change
from core.people import Person
from core.people.holdings import HOLDINGS, hand_over
from core.people.stands import combine, stand_of


class Merge(Base):
    """That `merged` became `survivor`. `details` name the rows that moved."""

    __tablename__ = "merges"

    id: Mapped[Id]
    survivor_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    merged_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    merged_at: Mapped[Moment]
    undone_at: Mapped[Moment | None]
    details: Mapped[Payload]

    merged: Mapped[Person] = relationship(lazy="raise", innerjoin=True, foreign_keys=[merged_id])


def merge_people(
    session: Session, actor: Actor, *, kept: Person, gone: Person, now: datetime
) -> Merge:
    """Make one person of two who are both locked and proven: `gone` goes over into `kept`.

    Raises Conflict when a group would lose its last owner, since a ban of the one counts for both.
    """
    guests = join_guests(session, actor, kept_id=kept.id, gone_id=gone.id, now=now)
    moved = {one.name: hand_over(session, one, gone.id, kept.id) for one in HOLDINGS}
    _withdraw_own_offers(session, kept)
    members, combined = _merge_members(session, kept, gone, now=now)
    merge = Merge(
        survivor_id=kept.id,
        merged_id=gone.id,
        merged_at=now,
        details={"moved": moved, "members": members, "combined": combined, "guests": guests},
    )
    session.add(merge)
    gone.merged_into_id = kept.id
    for field in ("current_group_id", "locale", "timezone"):
        if getattr(kept, field) is None:
            setattr(kept, field, getattr(gone, field))
    session.flush()
    note_merge(session, actor, merge, action="person.linked", now=now)
    session.flush()
    session.expire_all()  # identities and members have changed hands
    return merge


def _withdraw_own_offers(session: Session, kept: Person) -> None:
    """Nobody hands a group over to themselves: taking it would leave it without its owner."""
    own = Transfer.giver_id == kept.id, Transfer.receiver_id == kept.id
    offers = update(Transfer).where(*own, Transfer.state == TransferState.OPEN)
    change(session, offers.values(state=TransferState.WITHDRAWN))


def _merge_members(
    session: Session, kept: Person, gone: Person, *, now: datetime
) -> tuple[list[int], list[Payload]]:
    """The memberships that went over, and those of which both had one, before and after."""
    own = {member.group_id: member for member in _members(session, kept.id)}
    moved, combined = [], []
    for member in _members(session, gone.id):
        if (twin := own.get(member.group_id)) is None:
            member.person_id = kept.id
            moved.append(member.id)
        else:
            combined.append(_combine(session, twin, member, now=now))
    session.flush()
    return moved, combined


def _combine(session: Session, kept: Member, gone: Member, *, now: datetime) -> Payload:
    before, other = stand_of(kept), stand_of(gone)
    became = combine(before, other)
    if not became.is_active and Role.OWNER in (s.role for s in (before, other) if s.is_active):
        _check_owner_stays(session, kept, gone)
    became.put(kept)
    gone.state, gone.ended_at = MemberState.LEFT, now  # nobody is counted twice
    return {
        "kept": kept.id,
        "gone": gone.id,
        "was_kept": before.dump(),
        "was_gone": other.dump(),
        "became": became.dump(),
    }


def _check_owner_stays(session: Session, kept: Member, gone: Member) -> None:
    group = get_group(session, kept.group_id)
    lock_members(session, group)
    if not is_owned_besides(session, group, {kept.person_id, gone.person_id}):
        raise Conflict("link_last_owner", group=group.name)


def _members(session: Session, person_id: int) -> list[Member]:
    query = select(Member).where(Member.person_id == person_id).order_by(Member.id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(fresh))


def note_merge(session: Session, actor: Actor, merge: Merge, *, action: str, now: datetime) -> None:
    """In the log of each group in which it shows, so that its admins know who that is."""
    for group in [None, *_groups(session, merge)]:
        note(
            session,
            actor,
            action=action,
            group=group,
            now=now,
            subject=f"person:{merge.merged_id}",
        )


def _groups(session: Session, merge: Merge) -> Iterable[Group]:
    ids = [*merge.details["members"], *(row["kept"] for row in merge.details["combined"])]
    touched = select(Member.group_id).where(Member.id.in_(ids))
    return session.scalars(select(Group).where(Group.id.in_(touched)).order_by(Group.id)).all()

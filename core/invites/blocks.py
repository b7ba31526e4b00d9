"""InviteBlock: somebody does not want to be asked again, by one group or by any.

Honoured silently: whoever invites them sees what they see of anybody who has not answered. So it is
in no log of the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, or_, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor
from core.errors import NotFound
from core.groups import Group
from core.invites import Invite
from core.model import Base, Id, Moment, change
from core.people import lock_person
from core.tokens import is_public_id


class InviteBlock(Base):
    """`group_id` None is every group."""

    __tablename__ = "invite_blocks"
    __table_args__ = (UniqueConstraint("person_id", "group_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("groups.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[Moment]

    group: Mapped[Group | None] = relationship(lazy="raise")


_OF_ALL = text("group_id IS NULL")
Index(
    "ix_invite_blocks_of_all",
    InviteBlock.person_id,
    unique=True,
    sqlite_where=_OF_ALL,
    postgresql_where=_OF_ALL,
)


def block_group_of(session: Session, actor: Actor, *, public_id: str, now: datetime) -> InviteBlock:
    """No more invites from the group that this invite of the actor's own is to. Raises NotFound."""
    mine = Invite.public_id == public_id, Invite.invitee_id == actor.person.id
    group_id = (
        session.scalar(select(Invite.group_id).where(*mine)) if is_public_id(public_id) else None
    )
    if group_id is None:
        raise NotFound("no_such_invite", invite=public_id)
    return _block(session, actor, group_id, now=now)


def block_all(session: Session, actor: Actor, *, now: datetime) -> InviteBlock:
    """No more invites from anybody, but for links that the actor opens."""
    return _block(session, actor, None, now=now)


def unblock(session: Session, actor: Actor, *, block_id: int) -> InviteBlock:
    """Take it back. Raises NotFound for what is not the actor's."""
    found = next((one for one in list_blocks(session, actor) if one.id == block_id), None)
    if found is None:
        raise NotFound("no_such_block")
    change(session, delete(InviteBlock).where(InviteBlock.id == block_id))
    return found


def list_blocks(session: Session, actor: Actor) -> list[InviteBlock]:
    """The actor's own, each with its group."""
    query = select(InviteBlock).where(InviteBlock.person_id == actor.person.id)
    return list(
        session.scalars(query.options(joinedload(InviteBlock.group)).order_by(InviteBlock.id))
    )


def without_blocked(session: Session, person_ids: Sequence[int], *, group_id: int) -> list[int]:
    """Those of them who may be asked to come into the group."""
    blocked = set(
        session.scalars(
            select(InviteBlock.person_id).where(
                InviteBlock.person_id.in_(person_ids),
                or_(InviteBlock.group_id == group_id, InviteBlock.group_id.is_(None)),
            )
        )
    )
    return [one for one in person_ids if one not in blocked]


def _block(session: Session, actor: Actor, group_id: int | None, *, now: datetime) -> InviteBlock:
    lock_person(session, actor.person)
    held = next((one for one in list_blocks(session, actor) if one.group_id == group_id), None)
    if held is not None:
        return held
    group = session.get_one(Group, group_id) if group_id is not None else None
    made = InviteBlock(person_id=actor.person.id, group=group, created_at=now)
    session.add(made)
    session.flush()
    return made

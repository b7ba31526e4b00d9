"""What grows and changes the tree of groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState, Role
from core.audit import note
from core.groups import Group, Kind
from core.names import clean_name, slugify


def create_group(session: Session, actor: Actor, *, kind: Kind, name: str, now: datetime) -> Group:
    """Found a group of its own; the founder becomes its owner and it their current group.

    Raises Invalid for a name that is blank or too long.
    """
    shown = clean_name(name)
    group = Group(kind=kind, name=shown, slug=slugify(shown), created_at=now)
    session.add(group)
    session.flush()
    session.add(
        Member(
            group_id=group.id,
            person_id=actor.person.id,
            role=Role.OWNER,
            state=MemberState.ACTIVE,
            joined_at=now,
        )
    )
    actor.person.current_group_id = group.id
    note(session, actor, action="group.created", group=group, now=now, kind=kind.value)
    return group

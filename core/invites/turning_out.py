"""Removing those whom an invite brought in, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Member, MemberState, Permission
from core.database import attempt
from core.errors import CoreError
from core.invites import Invite, get_invite
from core.invites.newcomers import MOST, find_newcomers
from core.invites.redemptions import Redemption
from core.members.changes import MemberChange, remove_member
from core.members.undo import UNDO_WINDOW, undo_change


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each: done, or left as they were, with the reason."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, CoreError], ...]


def remove_newcomers(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Invite, Outcome]:
    """Remove those whom the invite brought in, as far as the actor may: who stands too high, the
    last owner and the actor stay. Raises NotFound, Forbidden.
    """
    invite, members, _ = find_newcomers(session, actor, public_id=public_id)

    def remove(person_id: int) -> Callable[[], MemberChange]:
        return lambda: remove_member(
            session, actor, group=invite.group, person_id=person_id, now=now
        )

    return invite, _each(session, [(one.person.name, remove(one.person_id)) for one in members])


def restore_newcomers(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[Invite, Outcome]:
    """Take back whom the actor removed with the invite a few minutes ago. The invite stays revoked.

    Raises NotFound, Forbidden.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.REMOVE_MEMBER)
    changes = session.scalars(_removals(invite, actor, since=now - UNDO_WINDOW)).all()

    def undo(change: MemberChange) -> Callable[[], MemberChange]:
        return lambda: undo_change(session, actor, public_id=change.public_id, now=now)

    return invite, _each(session, [(one.member.person.name, undo(one)) for one in changes])


def _each(session: Session, deeds: list[tuple[str, Callable[[], MemberChange]]]) -> Outcome:
    done: list[str] = []
    refused: list[tuple[str, CoreError]] = []
    for name, deed in deeds:
        try:
            attempt(session, deed)
        except CoreError as refusal:
            refused.append((name, refusal))
        else:
            done.append(name)
    return Outcome(tuple(done), tuple(refused))


def _removals(invite: Invite, actor: Actor, *, since: datetime) -> Select[MemberChange]:
    came_by_it = select(Redemption.person_id).where(Redemption.invite_id == invite.id)
    return (
        select(MemberChange)
        .join(MemberChange.member)
        .where(
            Member.group_id == invite.group_id,
            Member.person_id.in_(came_by_it),
            MemberChange.actor_id == actor.person.id,
            MemberChange.new_state == MemberState.REMOVED,
            MemberChange.undone_at.is_(None),
            MemberChange.created_at >= since,
        )
        .options(joinedload(MemberChange.member, innerjoin=True).joinedload(Member.person))
        .order_by(MemberChange.id)
        .limit(MOST)
    )

"""Newcomers: who came in by an invite and is still in."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from core.access import Actor, Member, MemberState, Permission
from core.invites import Invite, get_invite
from core.invites.redemptions import Redemption

# So many at once: more would keep everybody else waiting.
MOST = 200


def find_newcomers(
    session: Session, actor: Actor, *, public_id: str
) -> tuple[Invite, list[Member], int]:
    """The invite, up to MOST members whom it brought in, and how many there are in all.

    Who left and came back by another invite is not among them. Raises NotFound, Forbidden.
    """
    invite = get_invite(session, actor, public_id=public_id, permission=Permission.REMOVE_MEMBER)
    query = _newcomers(invite)
    count = session.scalars(query.with_only_columns(func.count())).one()
    shown = query.options(joinedload(Member.person, innerjoin=True)).order_by(Member.id)
    return invite, list(session.scalars(shown.limit(MOST))), count


def _newcomers(invite: Invite) -> Select[Member]:
    later, other = aliased(Redemption), aliased(Invite)
    came_again = exists().where(
        later.person_id == Member.person_id,
        later.id > Redemption.id,
        other.id == later.invite_id,
        other.group_id == invite.group_id,
    )
    return (
        select(Member)
        .join(Redemption, Redemption.person_id == Member.person_id)
        .where(
            Redemption.invite_id == invite.id,
            Member.group_id == invite.group_id,
            Member.state == MemberState.ACTIVE,
            ~came_again,
        )
    )

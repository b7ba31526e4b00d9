"""Namesake: somebody invited whose name is that of a stranger in the room.

A name proves nothing, so nobody is matched by it: an admin is told, and decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.chats.provisioning import normal
from core.groups import Group
from core.invites import Invite, InviteStatus, status_at

# Of a group's open invites to single people; a club has no more.
MOST_INVITES = 500


@dataclass(frozen=True, slots=True)
class Namesake:
    """Who is invited, as their inviter calls them, and the invite's public id."""

    name: str
    invite: str


def find_namesakes(
    session: Session, actor: Actor, *, group: Group, names: Iterable[str], now: datetime
) -> dict[str, Namesake]:
    """For each of the names somebody of that name whose invite is open. Raises Forbidden, NotFound.

    Case and signs do not matter.
    """
    require(session, actor, Permission.LIST_INVITES, group)
    invited = {normal(one.name): one for one in _invited(session, group, now)}
    alike = ((name, invited.get(normal(name))) for name in names)
    return {name: found for name, found in alike if found is not None}


def _invited(session: Session, group: Group, now: datetime) -> Iterable[Namesake]:
    query = (
        select(Invite)
        .where(
            Invite.group_id == group.id,
            or_(Invite.invitee_id.is_not(None), Invite.claim.is_not(None)),
            status_at(now) == InviteStatus.PENDING.value,
        )
        .options(joinedload(Invite.invitee))
        .order_by(Invite.id.desc())
        .limit(MOST_INVITES)
    )
    for invite in session.scalars(query):
        name = invite.invitee.name if invite.invitee is not None else invite.meant_for
        if name:
            yield Namesake(name, invite.public_id)

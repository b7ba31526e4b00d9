"""The invites of a group as its admins list them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.groups import Group
from core.invites import Invite, InviteStatus, status_at
from core.pages import Cursor, Page, turn_to

PAGE_SIZE = 10
# So many invites at most are looked through for those of one status; the next page goes on.
STRETCH = 2000


def list_invites(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    status: InviteStatus | None = None,
    cursor: Cursor | None = None,
    size: int = PAGE_SIZE,
    now: datetime,
) -> Page[Invite]:
    """The group's invites, newest first, `size` a page, with inviter and invitee, never a token.

    With a `status` a page may hold fewer, or none, and still have a next one.
    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.LIST_INVITES, group)
    query = (
        select(Invite)
        .where(Invite.group_id == group.id)
        .options(joinedload(Invite.inviter, innerjoin=True), joinedload(Invite.invitee))
    )
    edge = None
    if status is not None:
        query = query.where(status_at(now) == status.value)
        edge = _edge(session, group, cursor)
    back = cursor is not None and cursor.back
    if edge is not None:
        query = query.where(Invite.id < edge if back else Invite.id > edge)
    page = turn_to(
        session,
        query,
        key=Invite.id,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=size,
        newest_first=True,
    )
    return page if edge is None else _going_on(page, edge, back=back)


def _edge(session: Session, group: Group, cursor: Cursor | None) -> int | None:
    """The id of the invite that the stretch from `cursor` on ends before, or None at the end."""
    ids = select(Invite.id).where(Invite.group_id == group.id)
    back = cursor is not None and cursor.back
    if cursor is not None:
        ids = ids.where(Invite.id > cursor.id if back else Invite.id < cursor.id)
    order = Invite.id if back else Invite.id.desc()
    return session.scalar(ids.order_by(order).offset(STRETCH).limit(1))


def _going_on(page: Page[Invite], edge: int, *, back: bool) -> Page[Invite]:
    if back and page.previous is None:
        return replace(page, previous=Cursor(edge - 1, back=True))
    if not back and page.next is None:
        return replace(page, next=Cursor(edge + 1))
    return page

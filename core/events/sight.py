"""Which events are somebody's to know: by a role, as a guest, or as one of the group above."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from core.access import Actor, Member, MemberState, Permission, is_in_scope, require, standing
from core.errors import Forbidden, NotFound
from core.events import Event, find_event, get_event
from core.groups import Group, below, get_group
from core.guests import Guest
from core.guests.answering import find_own_guest, may_see
from core.members.footholds import standing_ids


def see_event(session: Session, actor: Actor, *, event_id: int) -> Event:
    """The event, for whoever would see its card in chat. Raises NotFound, alike for what is not
    there and for what is not theirs; Forbidden for a key that may not look.
    """
    group = get_group(session, event_id)
    if standing(session, actor, group) is not None:
        require(session, actor, Permission.VIEW, group)
        return get_event(session, event_id)
    event = find_event(session, event_id)
    if event is None or not _is_theirs(session, actor, event):
        raise NotFound("group_unknown")
    if actor.scope is not None and not actor.scope.permits(Permission.VIEW):
        raise Forbidden("key_too_narrow", permission=Permission.VIEW, group=group.name)
    return event


def page_events(
    session: Session, actor: Actor, *, after: int = 0, size: int
) -> tuple[list[Event], int | None]:
    """The events that the actor may see, oldest first, `size` a page, and the id after which the
    next one begins; those that are over too.
    """
    query = select(Event).join(Event.group).where(Event.id > after, _seen_by(actor), _opens(actor))
    shown = query.options(joinedload(Event.group, innerjoin=True)).order_by(Event.id)
    found = list(session.scalars(shown.limit(size + 1)))
    return found[:size], found[size - 1].id if len(found) > size else None


def _is_theirs(session: Session, actor: Actor, event: Event) -> bool:
    mine = find_own_guest(session, actor, event_id=event.id)
    return is_in_scope(session, actor.scope, event.group) and may_see(session, actor, event, mine)


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    if actor.system_admin:
        return true()
    me = actor.person.id
    asked = select(Guest.event_id).where(Guest.person_id == me, Guest.removed_at.is_(None))
    by_role = Event.id.in_(standing_ids(me))
    as_guest = or_(Event.id.in_(asked), Group.parent_id.in_(_groups(me, MemberState.ACTIVE)))
    return by_role | (as_guest & Event.id.not_in(_kept_out(me)))


def _groups(person_id: int, state: MemberState) -> Select[int]:
    return select(Member.group_id).where(Member.person_id == person_id, Member.state == state)


def _kept_out(person_id: int) -> Select[int]:
    """Groups that the person was banned from, with all that stand under them."""
    shut = _groups(person_id, MemberState.BANNED).cte("kept_out", recursive=True)
    child = aliased(Group)
    shut = shut.union(select(child.id).where(child.parent_id == shut.c.group_id))
    return select(shut.c.group_id)


def _opens(actor: Actor) -> ColumnElement[bool]:
    """What a limited key leaves of it."""
    if actor.scope is not None and not actor.scope.permits(Permission.VIEW):
        return false()
    if actor.scope is None or actor.scope.groups is None:
        return true()
    return or_(false(), *(Event.id.in_(below(one)) for one in actor.scope.groups))

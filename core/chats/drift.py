"""Drift: where a group's rooms and its roster differ, and the remedies for it.

Somebody in one of the rooms belongs to the group when they are a member of it, or lead a group
above it. A member is in the rooms when they are in one of them; of whom no platform was asked yet,
nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from core.access import (
    INHERITED_ROLES,
    Actor,
    Member,
    MemberState,
    Permission,
    require,
    role_in,
    standing,
)
from core.audit import note
from core.chats import Chat, list_chats
from core.chats.occupants import Occupant, Presence
from core.chats.ways_in import rooms_to_offer
from core.errors import Conflict, NotFound
from core.facts import PersonInvited, RoomOffered
from core.groups import Group, line_of
from core.invites import Invite, InviteStatus, Offer, add_token, status_at
from core.invites.issuing import issue_invite
from core.members import find_member, keep_an_owner
from core.members.changes import MemberChange, end_membership, reach_member
from core.outbox import record
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person, is_reachable

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Drift:
    """How many are only in a room, how many only on the roster, and of how many nothing is known.

    `checked_at`: since when each room was swept at least once; None when one never was.
    """

    rooms: Sequence[Chat]
    strangers: int
    absentees: int
    unknown: int
    checked_at: datetime | None


def count_drift(session: Session, actor: Actor, *, group: Group) -> Drift:
    """Raises Forbidden, NotFound."""
    require(session, actor, Permission.TEND_ROOMS, group)
    rooms = list_chats(session, group.id)
    swept = [room.swept_at for room in rooms]
    return Drift(
        rooms=rooms,
        strangers=_count(session, _strangers(group)),
        absentees=_count(session, _members(group).where(_seen(group), ~_inside(group))),
        unknown=_count(session, _members(group).where(_on_platform(group), ~_seen(group))),
        checked_at=min((at for at in swept if at is not None), default=None)
        if None not in swept
        else None,
    )


def list_strangers(
    session: Session, actor: Actor, *, group: Group, cursor: Cursor | None = None
) -> Page[Occupant]:
    """Who is in a room and no member, ten a page. Raises Forbidden, NotFound."""
    require(session, actor, Permission.TEND_ROOMS, group)
    query = _strangers(group).options(
        joinedload(Occupant.chat, innerjoin=True),
        joinedload(Occupant.identity, innerjoin=True).joinedload(Identity.person, innerjoin=True),
    )
    return turn_to(
        session, query, key=Occupant.id, id_of=lambda row: row.id, cursor=cursor, size=PAGE_SIZE
    )


def list_absentees(
    session: Session, actor: Actor, *, group: Group, cursor: Cursor | None = None
) -> Page[Member]:
    """Who is a member and in none of the rooms, ten a page. Raises Forbidden, NotFound."""
    require(session, actor, Permission.TEND_ROOMS, group)
    query = _members(group).where(_seen(group), ~_inside(group))
    return turn_to(
        session,
        query.options(
            joinedload(Member.person, innerjoin=True), joinedload(Member.group, innerjoin=True)
        ),
        key=Member.id,
        id_of=lambda row: row.id,
        cursor=cursor,
        size=PAGE_SIZE,
    )


def invite_stranger(
    session: Session, actor: Actor, *, occupant_id: int, now: datetime
) -> tuple[Invite, str, bool]:
    """Invite somebody who is in a room. The invite, its token, and whether they hear of it in
    private. A second time hands out another link to the same invite.

    Raises NotFound, Forbidden, or Conflict when they are banned or a member by now.
    """
    occupant = _get_occupant(session, actor, occupant_id)
    person, group = occupant.identity.person, occupant.chat.group
    member = find_member(session, person_id=person.id, group_id=group.id)
    if member is not None and member.state is MemberState.BANNED:
        raise Conflict("person_banned", person=person.name, group=group.name)
    if role_in(session, person.id, group.id) is not None:
        raise Conflict("person_is_member", person=person.name, group=group.name)
    invite, token = _invite(session, actor, group, person_id=person.id, now=now)
    told = is_reachable(session, person.id)
    if told:
        asked = PersonInvited(group_id=group.id, invite_id=invite.id, person_id=person.id)
        record(session, asked, now=now)
    return invite, token, told


def ignore_stranger(session: Session, actor: Actor, *, occupant_id: int, now: datetime) -> Occupant:
    """They may stay in the room without being a member. Raises NotFound, Forbidden."""
    occupant = _get_occupant(session, actor, occupant_id)
    if occupant.ignored_at is None:
        occupant.ignored_at = now
        _note(session, actor, occupant.chat.group, "room.stranger_ignored", occupant.identity, now)
    return occupant


def offer_room(session: Session, actor: Actor, *, member_id: int, now: datetime) -> Member:
    """Ask a member in private to come into the room as well, with a link to it.

    Raises NotFound, Forbidden, or Conflict when there is no room to come into, or no way to tell
    them.
    """
    member = _get_member(session, actor, member_id)
    if not is_reachable(session, member.person_id):
        raise Conflict("person_out_of_reach", person=member.person.name)
    rooms = rooms_to_offer(session, group_id=member.group_id, person_id=member.person_id)
    if not rooms:
        raise Conflict("no_room_to_offer", group=member.group.name)
    offered = RoomOffered(group_id=member.group_id, chat_id=rooms[0].id, person_id=member.person_id)
    record(session, offered, now=now)
    _note(session, actor, member.group, "room.offered", member, now)
    return member


def write_off(
    session: Session, actor: Actor, *, member_id: int, now: datetime
) -> tuple[Member, MemberChange | None]:
    """Who has left the room leaves the group as well; their row stays, an invite brings them back.
    What was changed, or None when they had left already.

    Raises NotFound, Forbidden for somebody of the actor's own rank, or Conflict for the last
    owner.
    """
    found = _get_member(session, actor, member_id)
    group, permission = found.group, Permission.REMOVE_MEMBER
    member, _ = reach_member(session, actor, permission, group, person_id=found.person_id)
    if member.state is not MemberState.ACTIVE:
        return member, None
    keep_an_owner(session, actor, member, group)
    state, action = MemberState.LEFT, "member.written_off"
    made = end_membership(session, actor, member, group, state=state, action=action, now=now)
    if member.person.current_group_id == group.id:
        member.person.current_group_id = None
    return member, made


def _count(session: Session, query: Select[Occupant] | Select[Member]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _strangers(group: Group) -> Select[Occupant]:
    belongs = exists().where(
        Member.person_id == Identity.person_id,
        Member.state == MemberState.ACTIVE,
        or_(
            Member.group_id == group.id,
            and_(Member.group_id.in_(line_of(group.id)), Member.role.in_(INHERITED_ROLES)),
        ),
    )
    return (
        select(Occupant)
        .join(Occupant.identity)
        .where(
            Occupant.chat_id.in_(_rooms(group)),
            Occupant.presence == Presence.IN,
            Occupant.ignored_at.is_(None),
            ~belongs,
        )
    )


def _members(group: Group) -> Select[Member]:
    return select(Member).where(Member.group_id == group.id, Member.state == MemberState.ACTIVE)


def _rooms(group: Group) -> Select[int]:
    return select(Chat.id).where(Chat.group_id == group.id)


def _seen(group: Group) -> ColumnElement[bool]:
    """A platform has said something of the member, in one of the rooms."""
    return (
        select(Occupant.id)
        .join(Identity, Identity.id == Occupant.identity_id)
        .where(Identity.person_id == Member.person_id, Occupant.chat_id.in_(_rooms(group)))
        .exists()
    )


def _inside(group: Group) -> ColumnElement[bool]:
    return (
        select(Occupant.id)
        .join(Identity, Identity.id == Occupant.identity_id)
        .where(
            Identity.person_id == Member.person_id,
            Occupant.chat_id.in_(_rooms(group)),
            Occupant.presence == Presence.IN,
        )
        .exists()
    )


def _on_platform(group: Group) -> ColumnElement[bool]:
    """The member has an identity where the group has a room, and so could be in it."""
    platforms = select(Chat.platform).where(Chat.group_id == group.id)
    return exists().where(Identity.person_id == Member.person_id, Identity.platform.in_(platforms))


def _get_occupant(session: Session, actor: Actor, occupant_id: int) -> Occupant:
    occupant = session.scalar(
        select(Occupant)
        .where(Occupant.id == occupant_id)
        .options(
            joinedload(Occupant.chat, innerjoin=True).joinedload(Chat.group, innerjoin=True),
            joinedload(Occupant.identity, innerjoin=True).joinedload(
                Identity.person, innerjoin=True
            ),
        )
    )
    if occupant is None or standing(session, actor, occupant.chat.group) is None:
        raise NotFound("drift_is_over")
    require(session, actor, Permission.TEND_ROOMS, occupant.chat.group)
    return occupant


def _get_member(session: Session, actor: Actor, member_id: int) -> Member:
    member = session.scalar(
        select(Member)
        .where(Member.id == member_id)
        .options(
            joinedload(Member.group, innerjoin=True), joinedload(Member.person, innerjoin=True)
        )
    )
    if member is None or standing(session, actor, member.group) is None:
        raise NotFound("drift_is_over")
    require(session, actor, Permission.TEND_ROOMS, member.group)
    return member


def _invite(
    session: Session, actor: Actor, group: Group, *, person_id: int, now: datetime
) -> tuple[Invite, str]:
    require(session, actor, Permission.INVITE, group)
    waiting = session.scalar(
        select(Invite)
        .where(
            Invite.group_id == group.id,
            Invite.invitee_id == person_id,
            status_at(now) == InviteStatus.PENDING.value,
        )
        .limit(1)
    )
    if waiting is not None:
        return waiting, add_token(session, waiting, now=now)
    invitee = session.get_one(Person, person_id)
    return issue_invite(session, actor, group=group, offer=Offer(invitee=invitee), now=now)


def _note(
    session: Session,
    actor: Actor,
    group: Group,
    action: str,
    whom: Member | Identity,
    now: datetime,
) -> None:
    subject = f"person:{whom.person_id}"
    note(session, actor, action=action, group=group, now=now, subject=subject)

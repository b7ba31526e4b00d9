"""Knock: the platform says that somebody wants to come into a room, or has come by a link.

Who has been invited is let in at once; who is banned is turned away; about anybody else an admin
decides. The link alone opens nothing, so it may be handed on without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import Actor, MemberState, role_in
from core.audit import note
from core.chats import Chat, find_chat
from core.chats.doors import RoomLink, find_link
from core.chats.link_fates import end_links_of_person
from core.chats.occupants import Presence, note_presence
from core.chats.requests import (
    OPEN_CHAT_FOR,
    JoinRequest,
    RequestState,
    close,
    find_request,
    settle_elsewhere,
    tell_platform,
)
from core.database import attempt
from core.errors import CoreError
from core.facts import RequestMade, RoomLinkMisused
from core.invites import Invite, InviteState
from core.invites.redemptions import accept_invite
from core.invites.views import remember_view
from core.members import find_member
from core.outbox import record
from core.people import Identity, Sender, find_identity, lock_person, recognise
from core.tokens import is_public_id, new_public_id


@dataclass(frozen=True, slots=True)
class Knock:
    """`link` is the name of a link of our own that they came by: an invite's public id, or that of
    a `RoomLink`.
    """

    platform: str
    room: str
    sender: Sender
    reply_address: str
    asked_at: datetime
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """The platform says that somebody is in a room now, or no longer. `by` is the address of who
    brought it about; `link` as in Knock.
    """

    platform: str
    room: str
    sender: Sender
    presence: Presence
    seen_at: datetime
    by: str | None = None
    link: str | None = None


def receive_knock(session: Session, knock: Knock, *, now: datetime) -> JoinRequest | None:
    """Keep the request and answer it where that is decided already. None for a room of nobody's.

    Banned people are turned away with the reason in the audit, and so is who comes by another
    person's link; members and invited people are let in.
    """
    chat = find_chat(session, platform=knock.platform, address=knock.room)
    if chat is None:
        return None
    identity = recognise(session, sender=knock.sender, now=now)
    session.flush()
    lock_person(session, identity.person)
    request, is_new = _keep(session, chat, identity, knock)
    actor = Actor(identity.person, via=knock.platform)
    if _is_banned(session, actor, chat):
        _answer(session, actor, request, RequestState.DECLINED, reason="banned", now=now)
    elif reason := _right_to_come(session, actor, chat, knock.link, now=now):
        _answer(session, actor, request, RequestState.APPROVED, reason=reason, now=now)
    elif is_new and (theirs := _link_of_another(session, actor, chat, knock.link)):
        _tell_giver(session, theirs, request, now=now)
        _answer(session, actor, request, RequestState.DECLINED, reason="forwarded", now=now)
    elif is_new:
        made = RequestMade(group_id=chat.group_id, request=request.public_id)
        record(session, made, now=now)
    return request


def receive_sighting(session: Session, sighting: Sighting, *, now: datetime) -> None:
    """Remember who is in the room. Leaving it ends no membership; coming by an invite's own link
    accepts that invite.
    """
    chat = find_chat(session, platform=sighting.platform, address=sighting.room)
    if chat is None:
        return
    identity = recognise(session, sender=sighting.sender, now=now)
    session.flush()
    changed = note_presence(
        session,
        chat_id=chat.id,
        identity_id=identity.id,
        presence=sighting.presence,
        seen_at=sighting.seen_at,
    )
    if not changed or sighting.presence is Presence.OUT:
        return
    end_links_of_person(
        session, identity.person_id, group_id=chat.group_id, chat_id=chat.id, now=now
    )
    by = find_identity(session, platform=sighting.platform, address=sighting.by or "")
    settle_elsewhere(
        session,
        chat_id=chat.id,
        identity_id=identity.id,
        by=by.person if by else None,
        now=now,
    )
    if sighting.presence is Presence.IN and sighting.link is not None:
        actor = Actor(identity.person, via=sighting.platform)
        _accept_any(session, actor, chat, sighting.link, now=now)


def _link_of_another(
    session: Session, actor: Actor, chat: Chat, name: str | None
) -> RoomLink | None:
    link = find_link(session, name, chat_id=chat.id)
    return link if link is not None and link.person_id != actor.person.id else None


def _tell_giver(session: Session, link: RoomLink, request: JoinRequest, *, now: datetime) -> None:
    """Once for each stranger, however often they try."""
    before = select(JoinRequest.id).where(
        JoinRequest.identity_id == request.identity_id,
        JoinRequest.link == link.name,
        JoinRequest.id != request.id,
    )
    if session.scalar(before.limit(1)) is None:
        misused = RoomLinkMisused(
            group_id=request.group.id, link_id=link.id, stranger_id=request.person.id
        )
        record(session, misused, now=now)


def _keep(
    session: Session, chat: Chat, identity: Identity, knock: Knock
) -> tuple[JoinRequest, bool]:
    """The open request, made or refreshed, and whether it is new."""
    standing = session.scalar(
        select(JoinRequest.public_id).where(
            JoinRequest.chat_id == chat.id,
            JoinRequest.identity_id == identity.id,
            JoinRequest.state == RequestState.OPEN,
        )
    )
    public_id = standing or new_public_id("req")
    if standing is None:
        made = JoinRequest(
            public_id=public_id,
            chat_id=chat.id,
            group_id=chat.group_id,
            identity_id=identity.id,
            state=RequestState.OPEN,
            link=knock.link,
            reply_address=knock.reply_address,
            reply_until=knock.asked_at + OPEN_CHAT_FOR,
            asked_at=knock.asked_at,
        )
        session.add(made)
        session.flush()
    request = find_request(session, public_id)
    assert request is not None
    request.reply_address = knock.reply_address
    request.reply_until = max(request.reply_until, knock.asked_at + OPEN_CHAT_FOR)
    return request, standing is None


def _answer(
    session: Session,
    actor: Actor,
    request: JoinRequest,
    state: RequestState,
    *,
    reason: str,
    now: datetime,
) -> None:
    close(session, request, state, by=None, now=now)
    tell_platform(session, request, let_in=state is RequestState.APPROVED, now=now)
    note(
        session,
        actor,
        action=f"request.{state.value}",
        group=request.group,
        now=now,
        subject=request.public_id,
        person=actor.person.id,
        reason=reason,
    )


def _is_banned(session: Session, actor: Actor, chat: Chat) -> bool:
    member = find_member(session, person_id=actor.person.id, group_id=chat.group_id)
    return member is not None and member.state is MemberState.BANNED


def _right_to_come(
    session: Session, actor: Actor, chat: Chat, link: str | None, *, now: datetime
) -> str | None:
    """Why they may come in without anybody's decision, or None."""
    if role_in(session, actor.person.id, chat.group_id) is not None:
        return "member"
    return _accept_any(session, actor, chat, link, now=now)


def _accept_any(
    session: Session, actor: Actor, chat: Chat, link: str | None, *, now: datetime
) -> str | None:
    """Accept the first invite to this group that is theirs and holds; its public id, or None."""
    for public_id in _offers(session, actor, chat, link):
        try:
            attempt(session, partial(_accept, session, actor, public_id, chat, now=now))
        except CoreError:
            continue  # expired, used up, void: an admin decides as about anybody
        return public_id
    return None


def _offers(session: Session, actor: Actor, chat: Chat, link: str | None) -> list[str]:
    theirs = Invite.invitee_id == actor.person.id
    by_link = Invite.public_id == link if link and is_public_id(link) else theirs
    query = select(Invite.public_id).where(
        Invite.group_id == chat.group_id,
        Invite.state == InviteState.OPEN,
        Invite.asks.is_(False),  # an admin decides about who comes by it, here as there
        or_(theirs, by_link),
    )
    return list(session.scalars(query.order_by(Invite.id)))


def _accept(session: Session, actor: Actor, public_id: str, chat: Chat, *, now: datetime) -> None:
    """Who comes by an invite's link has been shown it, and so may answer it by its public id."""
    invite = session.scalars(select(Invite).where(Invite.public_id == public_id)).one()
    remember_view(session, invite, person_id=actor.person.id, now=now)
    accept_invite(session, actor, code=public_id, by_room=chat.id, now=now)

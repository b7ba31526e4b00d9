"""What somebody who is signed in can do about an invite: accept it, decline it, ask for another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.refusals.doors import ASKABLE
from bot.texts import say
from bot.web.invite_sheets import ACCEPT, entrance_text, member_sheet
from bot.web.sheets import Sheet
from core.access import Actor
from core.chats import list_chats
from core.chats.asking import ask_for_invite
from core.chats.requests import JoinRequest, RequestState
from core.database import attempt
from core.errors import CoreError
from core.invites.declining import decline_invite
from core.invites.redemptions import accept_invite, open_invite


def answer(session: Session, actor: Actor, token: str, *, deed: str, now: datetime) -> Sheet:
    """Accept, or ask for another; what to say then. Raises CoreError."""
    if deed == ACCEPT:
        return accept(session, actor, token, now)
    return ask(session, actor, token, now)


def accept(session: Session, actor: Actor, token: str, now: datetime) -> Sheet:
    done = accept_invite(session, actor, code=token, now=now)
    if done.request is not None:
        return _asked(done.request)
    told = map(entrance_text, done.entrances)
    rooms = list_chats(session, done.invite.group_id)
    return member_sheet(done.invite.group.name, tuple(told), tuple(rooms))


def decline(session: Session, actor: Actor, token: str, now: datetime) -> Sheet:
    done = decline_invite(session, actor, code=token, now=now)
    group, inviter = done.invite.group.name, done.invite.inviter.name
    if done.already_member:
        return member_sheet(group)
    told = say("If you change your mind, ask {inviter}.", inviter=inviter)
    return Sheet(say("You declined the invite to {group}", group=group), (told,))


def ask(session: Session, actor: Actor, token: str, now: datetime) -> Sheet:
    """An invite that would still open is shown again instead: it needs no asking."""
    try:
        attempt(session, lambda: open_invite(session, actor, code=token, now=now))
    except CoreError as error:
        if error.code not in ASKABLE:
            raise
        public_id = str(error.fields["invite"])
    else:
        return accept(session, actor, token, now)
    return _asked(ask_for_invite(session, actor, public_id=public_id, now=now)[0])


def _asked(request: JoinRequest) -> Sheet:
    group = request.group.name
    if request.state is not RequestState.OPEN:
        told = say("The admins of {group} have answered already.", group=group)
        return Sheet(say("You can ask again tomorrow"), (told,))
    told = say(
        "I have asked the admins of <b>{group}</b>. Their answer comes to you in private.",
        group=group,
    )
    return Sheet(say("Your request is on its way"), (told,))

"""What is heard of an invite that is about to run out, or has."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.command import Button
from bot.notices.notice import Notice
from bot.texts import Prose, Text, Verbatim, lines, say, say_many
from core.access import Permission, allows, is_archived, role_in
from core.facts import Fact, InviteEnding, InviteExpired
from core.groups import Group
from core.invites import UNLIMITED, Invite, InviteState
from core.invites.expiry import is_long
from core.people import Person


def invite_ending(session: Session, fact: Fact) -> Notice | None:
    """Who was invited hears that a day is left, while the offer stands."""
    assert isinstance(fact, InviteEnding)
    invite = _open(session, fact.invite_id)
    if invite is None or invite.expires_at is None or is_archived(session, fact.group_id):
        return None
    inviter = session.get_one(Person, invite.inviter_id)
    group = session.get_one(Group, fact.group_id)
    code = invite.public_id
    return Notice(
        lines(
            say(
                "The invite to <b>{group}</b> from {inviter} waits for your answer.",
                group=group.name,
                inviter=inviter.name,
            ),
            say("Open until: {time}", time=invite.expires_at),
        ),
        (
            (
                Button(say("Accept"), f"/accept {code}"),
                Button(say("Decline"), f"/decline {code}"),
            ),
        ),
        invite_id=invite.id,
    )


def invite_expired(session: Session, fact: Fact) -> Notice | None:
    """The inviter of a long invite hears how it ended, if they could still send it again."""
    assert isinstance(fact, InviteExpired)
    invite = _open(session, fact.invite_id)
    if invite is None or not is_long(invite) or invite.end_noted_at is None:
        return None
    role = role_in(session, invite.inviter_id, fact.group_id)
    if not allows(role, Permission.INVITE) or is_archived(session, fact.group_id):
        return None
    button = Button(say("Resend"), f"/resend {invite.public_id}")
    return Notice(_end(session, invite), ((button,),))


def _end(session: Session, invite: Invite) -> Prose:
    group = session.get_one(Group, invite.group_id)
    code = Verbatim(invite.public_id)
    if invite.is_direct:
        return say(
            "{invitee} has not answered your invite {invite} to <b>{group}</b>. It has expired.",
            invitee=_whom(session, invite),
            invite=code,
            group=group.name,
        )
    ended = say(
        "Your invite {invite} to <b>{group}</b> has expired.", invite=code, group=group.name
    )
    return lines(ended, _uses(invite))


def _whom(session: Session, invite: Invite) -> str:
    if invite.invitee_id is not None:
        return session.get_one(Person, invite.invitee_id).name
    return invite.meant_for or ""


def _uses(invite: Invite) -> Text:
    if invite.max_uses == UNLIMITED:
        return say_many("It was used {count} time.", "It was used {count} times.", invite.uses)
    return say("It was used {uses} of {most} times.", uses=invite.uses, most=invite.max_uses)


def _open(session: Session, invite_id: int) -> Invite | None:
    invite = session.get(Invite, invite_id)
    if invite is None or invite.state is not InviteState.OPEN or invite.exhausted:
        return None
    return invite

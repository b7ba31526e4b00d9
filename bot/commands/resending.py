"""/resend: the same invite once more."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.invite_cards import link_reply
from bot.commands.links import code_of, or_a_new_one
from bot.texts import Text, lines, say
from core.access import Permission
from core.errors import Conflict
from core.invites.resending import Resent, resend_invite


def resend(call: Call) -> Reply:
    """The same invite with its time from the start. Who is reachable gets the card again."""
    code = code_of(call, "/resend inv_…")
    try:
        sent = resend_invite(call.session, call.actor, public_id=code, now=call.now)
    except Conflict as refusal:
        return or_a_new_one(refusal)
    if sent.told:
        return _sent(sent)
    return link_reply(call, sent.invite.group, sent.invite, sent.token, _handed_on(sent))


def _sent(sent: Resent) -> Reply:
    invite = sent.invite
    told = say(
        "I have sent {invitee} the invite to <b>{group}</b> again.",
        invitee=sent.invitee.name if sent.invitee else invite.meant_for or "",
        group=invite.group.name,
    )
    until = say("Expires: {time}", time=invite.expires_at) if invite.expires_at else None
    return Reply(lines(told, until))


def _handed_on(sent: Resent) -> Text:
    group = sent.invite.group.name
    if sent.invite.is_direct and sent.invitee is None:
        return say(
            "Hand on this link to <b>{group}</b>, which is for {invitee} alone:",
            group=group,
            invitee=sent.invite.meant_for or "",
        )
    if sent.invitee is None:
        return say(
            "The invite to <b>{group}</b> runs anew. Its older links work too; here is another:",
            group=group,
        )
    return say(
        "{invitee} has not started a chat with me yet. Hand on this link to <b>{group}</b>, which"
        " is for them alone:",
        invitee=sent.invitee.name,
        group=group,
    )


COMMANDS = (
    Command(
        "resend",
        say("send an invite again"),
        resend,
        usage="inv_…",
        permission=Permission.INVITE,
    ),
)

"""/decline: no to an invite, and why."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.texts import Text, Verbatim, lines, say
from bot.words import REASONS
from core.errors import Invalid
from core.invites import Invite
from core.invites.declining import decline_invite, give_reason
from core.tokens import is_public_id

USAGE = "code [reason]"


def decline(call: Call) -> Reply:
    """Says no, for now, and asks why; with a reason behind the code, also why."""
    if not call.arguments.words:
        raise Invalid("missing", usage=Verbatim("/decline inv_…"))
    code, *rest = call.arguments.words
    code = code.removeprefix("j_")
    if rest and is_public_id(code) and call.incoming.pressed:
        return _give_reason(call, code, " ".join(rest))
    answer = decline_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return already_member(answer.invite)
    if rest:
        return _give_reason(call, answer.invite.public_id, " ".join(rest))
    return Reply(
        lines(_declined(answer.invite), _why(answer.invite)),
        (tuple(_reason_button(answer.invite, reason) for reason in REASONS),),
        replaces=True,
    )


def already_member(invite: Invite) -> Reply:
    return Reply(
        say("You are already a member of <b>{group}</b>.", group=invite.group.name), replaces=True
    )


def _give_reason(call: Call, code: str, reason: str) -> Reply:
    invite = give_reason(call.session, call.actor, public_id=code, reason=reason, now=call.now)
    thanks = say("Thank you. I tell {inviter}.", inviter=invite.inviter.name)
    return Reply(lines(_declined(invite), thanks), replaces=True)


def _reason_button(invite: Invite, reason: str) -> Button:
    return Button(REASONS[reason], f"/decline {invite.public_id} {reason}")


def _why(invite: Invite) -> Text:
    return say(
        "If you like, tell {inviter} why: tap below, or <code>/decline {code} because …</code>",
        inviter=invite.inviter.name,
        code=Verbatim(invite.public_id),
    )


def _declined(invite: Invite) -> Text:
    if invite.invitee_id is not None:
        return say(
            "You declined the invite to {group}. If you change your mind, ask {inviter}.",
            group=invite.group.name,
            inviter=invite.inviter.name,
        )
    return say(
        "You declined the invite to {group}. The link stays open if you change your mind.",
        group=invite.group.name,
    )


COMMANDS = (Command("decline", say("decline an invite"), decline, usage=USAGE),)

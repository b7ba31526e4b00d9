"""/accept and /decline, and the card that offers them."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.lookalikes import lookalike_warning
from bot.texts import BLANK, Text, Verbatim, lines, say
from bot.words import KINDS, role_word
from core.errors import Invalid
from core.invites import Invite
from core.redemptions import accept_invite, decline_invite, open_invite


def show_card(call: Call, code: str) -> Reply:
    """What an invite offers, with Accept and Decline. The buttons carry its public id."""
    answer = open_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return _already(answer.invite)
    invite = answer.invite
    return Reply(
        lines(
            say(
                "{inviter} invites you to <b>{group}</b>.",
                inviter=invite.inviter.name,
                group=invite.group.name,
            ),
            lookalike_warning(call, invite.group),
            BLANK,
            say("What it is: {kind}", kind=KINDS[invite.group.kind]),
            say("Your role: {role}", role=_role(invite)),
            _open_until(invite),
            say("“{note}”", note=invite.note) if invite.note else None,
        ),
        (
            (
                Button(say("Accept"), f"/accept {invite.public_id}"),
                Button(say("Decline"), f"/decline {invite.public_id}"),
            ),
        ),
    )


def accept(call: Call) -> Reply:
    """Joins. A second tap says so and uses nothing."""
    code = _code(call, "/accept")
    answer = accept_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return _already(answer.invite)
    return Reply(
        lines(
            say(
                "You are in <b>{group}</b>, as {role}. Welcome!",
                group=answer.invite.group.name,
                role=_role(answer.invite),
            ),
            say("See who else is there: /members"),
        ),
        replaces=True,
    )


def decline(call: Call) -> Reply:
    """Says no, for now."""
    code = _code(call, "/decline")
    answer = decline_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return _already(answer.invite)
    return Reply(_declined(answer.invite), replaces=True)


def _already(invite: Invite) -> Reply:
    return Reply(
        say("You are already a member of <b>{group}</b>.", group=invite.group.name), replaces=True
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


def _role(invite: Invite) -> Text:
    return role_word(invite.group.kind, invite.role, invite.label)


def _open_until(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("Open for as long as you like")
    return say("Open until: {time}", time=invite.expires_at)


def _code(call: Call, command: str) -> str:
    code = call.arguments.text().removeprefix("j_")
    if not code:
        raise Invalid("missing", usage=Verbatim(f"{command} inv_…"))
    return code


COMMANDS = (
    Command("accept", say("accept an invite"), accept, usage="code"),
    Command("decline", say("decline an invite"), decline, usage="code"),
)

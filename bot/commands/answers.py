"""/accept, and the card that offers it."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.asked import asked
from bot.commands.declining import already_member
from bot.commands.lookalikes import lookalike_warning
from bot.texts import BLANK, Text, Verbatim, lines, say
from bot.words import KINDS, role_word
from core.chats.entrances import Entrance
from core.errors import Invalid
from core.invites import Invite
from core.invites.redemptions import accept_invite, open_invite


def show_card(call: Call, code: str) -> Reply:
    """What an invite offers, with Accept and Decline. The buttons carry its public id."""
    answer = open_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return already_member(answer.invite)
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
            say("You ask first: an admin answers you.") if invite.asks else None,
            say("“{note}”", note=invite.note) if invite.note else None,
        ),
        (
            (
                Button(
                    say("Ask to join") if invite.asks else say("Accept"),
                    f"/accept {invite.public_id}",
                ),
                Button(say("Decline"), f"/decline {invite.public_id}"),
            ),
        ),
    )


def accept(call: Call) -> Reply:
    """Joins. A second tap says so and uses nothing."""
    code = _code(call)
    answer = accept_invite(call.session, call.actor, code=code, now=call.now)
    if answer.already_member:
        return already_member(answer.invite)
    if answer.request is not None:
        return asked(answer.request)
    return Reply(
        lines(
            say(
                "You are in <b>{group}</b>, as {role}. Welcome!",
                group=answer.invite.group.name,
                role=_role(answer.invite),
            ),
            *map(_entrance, answer.entrances),
            say("See who else is there: /members"),
        ),
        replaces=True,
    )


def _entrance(entrance: Entrance) -> Text:
    if entrance.follows:
        return say("The way into {room} follows.", room=entrance.room)
    return say(
        "I can’t open {room} to you: ask an admin of the group to add you.", room=entrance.room
    )


def _role(invite: Invite) -> Text:
    return role_word(invite.group.kind, invite.role, invite.label)


def _open_until(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("Open for as long as you like")
    return say("Open until: {time}", time=invite.expires_at)


def _code(call: Call) -> str:
    code = call.arguments.text().removeprefix("j_")
    if not code:
        raise Invalid("missing", usage=Verbatim("/accept inv_…"))
    return code


COMMANDS = (Command("accept", say("accept an invite"), accept, usage="code"),)

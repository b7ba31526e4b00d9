"""/ask and /adopt: what helps where an invite did not open."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.asked import asked
from bot.texts import Verbatim, lines, say
from core.access import Permission
from core.chats.asking import ask_for_invite
from core.errors import Invalid
from core.invites.adopting import adopt_invite


def ask(call: Call) -> Reply:
    """The wish goes to the group's admins, who answer with a tap."""
    request, _ = ask_for_invite(
        call.session, call.actor, public_id=_code(call, "/ask"), now=call.now
    )
    return asked(request)


def adopt(call: Call) -> Reply:
    """An invite of somebody who may no longer give it becomes the admin's own."""
    invite = adopt_invite(call.session, call.actor, public_id=_code(call, "/adopt"), now=call.now)
    return Reply(
        lines(
            say("{invite} is yours now: its links work again.", invite=Verbatim(invite.public_id)),
            say("Take it back: <code>/revoke {invite}</code>", invite=Verbatim(invite.public_id)),
        )
    )


def _code(call: Call, command: str) -> str:
    code = call.arguments.text()
    if not code:
        raise Invalid("missing", usage=Verbatim(f"{command} inv_…"))
    return code.casefold()


COMMANDS = (
    Command(
        "ask", say("ask for a new invite in place of one that did not open"), ask, usage="inv_…"
    ),
    Command(
        "adopt",
        say("make an invite your own whose inviter may no longer give it"),
        adopt,
        usage="inv_…",
        permission=Permission.INVITE,
    ),
)

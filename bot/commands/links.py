"""/qr: an invite's link and QR code, for somebody to scan."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.invite_cards import link_reply
from bot.refusals import refuse
from bot.texts import Verbatim, say
from core.access import Permission
from core.errors import Conflict, Invalid
from core.invites.links import show_link


def qr(call: Call) -> Reply:
    """A fresh link to the same invite: the older ones can't be shown again, and still work."""
    code = code_of(call, "/qr inv_…")
    try:
        invite, token = show_link(call.session, call.actor, public_id=code, now=call.now)
    except Conflict as refusal:
        return or_a_new_one(refusal)
    opening = say("Another link to <b>{group}</b>:", group=invite.group.name)
    return link_reply(call, invite.group, invite, token, opening)


def or_a_new_one(refusal: Conflict) -> Reply:
    """No dead end: what is over can be made anew."""
    line = f"/invite group={refusal.fields['group_id']}"
    anew = Button(say("Make a new invite"), line)
    if refusal.code != "resend_void":
        return Reply(refuse(refusal).text, ((anew,),))
    adopt = Button(say("Make it mine"), f"/adopt {refusal.fields['invite']}")
    return Reply(refuse(refusal).text, ((adopt,), (anew,)))


def code_of(call: Call, usage: str) -> str:
    """The invite that the line names. Raises Invalid for none."""
    code = call.arguments.text()
    if not code:
        raise Invalid("which_invite", usage=Verbatim(usage))
    return code


COMMANDS = (
    Command(
        "qr",
        say("an invite's link and QR code"),
        qr,
        usage="inv_…",
        permission=Permission.INVITE,
    ),
)

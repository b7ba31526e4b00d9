"""What stands on an invite's pages: what is offered, what came of it, and the ways on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.refusals import refuse
from bot.texts import Prose, Text, Verbatim, say
from bot.web.cookies import Visit
from bot.web.sheets import Field, Form, Link, Part, Sheet, Way
from bot.words import KINDS, role_word
from core.chats import Chat
from core.chats.entrances import Entrance
from core.errors import CoreError
from core.invites import Invite
from core.people.email_codes import CODE_LIFE, DIGITS

HOME = "/me"
ACCEPT, ASK = "accept", "ask"


def path_of(token: str) -> str:
    return f"/i/{token}"


def offer_sheet(invite: Invite, token: str, ways: Sequence[Way], parts: Sequence[Part]) -> Sheet:
    """The invite, with its group and inviter, for whoever has its link."""
    names = {"inviter": invite.inviter.name, "group": invite.group.name}
    note = say("“{note}”", note=invite.note) if invite.note else None
    bound = say("It is for one person: you will be asked to show that this is you.")
    asks = say("You ask first: an admin answers you.") if invite.asks else None
    told = (note, asks, bound if invite.is_direct else None)
    return Sheet(
        say("{inviter} invites you to <b>{group}</b>", **names),
        tuple(one for one in told if one is not None),
        facts=(
            (say("What it is"), KINDS[invite.group.kind]),
            (say("Your role"), role_word(invite.group.kind, invite.role, invite.label)),
            (say("Open until"), _end(invite)),
        ),
        ways=tuple(ways),
        parts=tuple(parts),
        qr=f"{path_of(token)}/qr.svg",
        qr_label=say("Or scan it with your phone"),
    )


def over_sheet(error: CoreError, ways: Sequence[Way], parts: Sequence[Part] = ()) -> Sheet:
    """An invite that lets nobody in, with the reason, and the way on."""
    title = say("This invite is over")
    return Sheet(title, (refuse(error).text,), ways=tuple(ways), parts=tuple(parts), refused=True)


def member_sheet(group: str, told: Sequence[Prose] = (), rooms: Sequence[Chat] = ()) -> Sheet:
    """For who is in, and may see the doors that let in whoever knows them."""
    doors = [
        Link(say("Join {room} on GroupMe", room=room.title), room.share_url)
        for room in rooms
        if room.share_url is not None
    ]
    home = Link(say("Your groups"), HOME, quiet=bool(doors))
    return Sheet(say("You are in <b>{group}</b>", group=group), tuple(told), ways=(*doors, home))


def entrance_text(entrance: Entrance) -> Text:
    if entrance.follows:
        return say("The way into {room} follows.", room=entrance.room)
    return say(
        "I can’t open {room} to you: ask an admin of the group to add you.", room=entrance.room
    )


def email_part(token: str, visit: Visit, *, deed: str) -> Part:
    """For whoever has no chat account that we know, or does not want to use it."""
    action = f"{path_of(token)}/code"
    fields = (
        Field("name", say("Your name"), autocomplete="name"),
        Field("email", say("Your e-mail address"), kind="email", autocomplete="email"),
    )
    if deed == ACCEPT:
        title, label = say("By e-mail"), say("Accept by e-mail code")
    else:
        title, label = say("Ask for a new invite"), say("Ask for a new invite by e-mail")
    told = say("I send you six digits, and you type them here. No account is needed.")
    return Part(
        title, (told,), ways=(Form(label, action, visit.hidden(action, deed=deed), fields),)
    )


def code_form(token: str, visit: Visit, *, ticket: str, deed: str) -> Form:
    action = f"{path_of(token)}/prove"
    field = Field("code", say("The six digits"), autocomplete="one-time-code", digits=DIGITS)
    label = say("Accept") if deed == ACCEPT else say("Ask for a new invite")
    return Form(label, action, visit.hidden(action, ticket=ticket, deed=deed), (field,))


def code_sheet(email: str, form: Form) -> Sheet:
    told = say(
        "I have sent six digits to {email}. They work for {span}.", email=email, span=CODE_LIFE
    )
    return Sheet(say("Look into your mail"), (told,), ways=(form,))


def groupme_part(account: str, page: str) -> Part:
    """GroupMe has no links that open a chat with somebody: the page's address is sent instead."""
    return Part(
        say("On GroupMe"),
        (
            say(
                "Join on GroupMe: send the address of this page to {account} there, and the invite"
                " comes as an answer.",
                account=account,
            ),
            say("<code>{link}</code>", link=Verbatim(page)),
        ),
    )


def _end(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("as long as you like")
    return say("{time}", time=invite.expires_at)

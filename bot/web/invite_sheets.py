"""What stands on an invite's page: what is offered, and the ways to take it up."""

from __future__ import annotations

from bot.refusals import refuse
from bot.texts import Text, Verbatim, say
from bot.web.sheets import Link, Part, Sheet, Way
from bot.words import KINDS, role_word
from core.errors import CoreError
from core.invites import Invite


def path_of(token: str) -> str:
    return f"/i/{token}"


def offer_sheet(
    invite: Invite, token: str, ways: tuple[Way, ...], parts: tuple[Part, ...]
) -> Sheet:
    """The invite, with its group and inviter, for whoever has its link."""
    names = {"inviter": invite.inviter.name, "group": invite.group.name}
    ours = say("It is for one person: you will be asked to show that this is you.")
    note = say("“{note}”", note=invite.note) if invite.note else None
    asks = say("You ask first: an admin answers you.") if invite.asks else None
    told = (note, asks, ours if invite.is_direct else None)
    return Sheet(
        say("{inviter} invites you to <b>{group}</b>", **names),
        tuple(one for one in told if one is not None),
        facts=(
            (say("What it is"), KINDS[invite.group.kind]),
            (say("Your role"), role_word(invite.group.kind, invite.role, invite.label)),
            (say("Open until"), _end(invite)),
        ),
        ways=ways,
        parts=parts,
        qr=f"{path_of(token)}/qr.svg",
        qr_label=say("Or scan it with your phone"),
    )


def over_sheet(error: CoreError, ways: tuple[Way, ...]) -> Sheet:
    """An invite that lets nobody in, with what it needs to be told, and the way on."""
    return Sheet(say("This invite is over"), (refuse(error).text,), ways=ways, refused=True)


def telegram_way(link: str | None, label: Text) -> tuple[Way, ...]:
    return (Link(label, link),) if link is not None else ()


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

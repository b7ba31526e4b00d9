"""/invite: offering a place in a group."""

from __future__ import annotations

from dataclasses import replace

from bot.command import Button, Call, Command, Place, Reply
from bot.commands.direct import invite_people
from bot.commands.invite_cards import link_reply
from bot.commands.offers import read_offer, read_people
from bot.commands.target import target_group
from bot.commands.who import ask_for_people
from bot.texts import say
from core.access import Permission, require
from core.groups import Group
from core.invites import Offer
from core.invites.issuing import issue_invite

MOST_PICKED = 10
INVITE_USAGE = '[who, …] [role=member] [ttl=72h] [uses=1] [ask=yes] [label="…"] [note="…"]'


def invite(call: Call) -> Reply:
    """For people who are named each their own; else a link and its QR code. A link is told this
    once: only its digest is kept.
    """
    group = target_group(call)
    offer = read_offer(call, group)
    if people := read_people(call):
        require(call.session, call.actor, Permission.INVITE, group)
        return invite_people(call, group, people, offer)
    if call.arguments.option("choose"):
        again = "/invite" if offer == Offer() else f"/invite role={offer.label or offer.role.value}"
        ask_for_people(call, group, permission=Permission.INVITE, again=again, most=MOST_PICKED)
    made, token = issue_invite(call.session, call.actor, group=group, offer=offer, now=call.now)
    opening = say("Here is the invite to <b>{group}</b>. Hand it on:", group=group.name)
    reply = link_reply(call, group, made, token, opening)
    return replace(reply, buttons=(*reply.buttons, *_choosing(call, group)))


def _choosing(call: Call, group: Group) -> tuple[tuple[Button, ...], ...]:
    """The platform's own list of people opens in private only."""
    if call.incoming.room.place is not Place.PRIVATE:
        return ()
    return ((Button(say("Choose people instead"), f"/invite choose=yes group={group.id}"),),)


COMMANDS = (
    Command(
        "invite",
        say("invite people, or make a link"),
        invite,
        usage=INVITE_USAGE,
        permission=Permission.INVITE,
        options=frozenset({"role", "ttl", "uses", "label", "note", "ask"}),
    ),
)

"""/invite: offering a place in a group."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.invite_cards import link_reply
from bot.commands.offers import read_offer
from bot.commands.target import target_group
from bot.texts import Text, say
from core.access import Permission
from core.groups import Group
from core.invites import Offer, create_invite

INVITE_USAGE = '[@who] [role=member] [ttl=72h] [uses=1] [note="…"]'


def invite(call: Call) -> Reply:
    """A link and its QR code. It is told this once: only its digest is kept."""
    group = target_group(call)
    offer = read_offer(call, group)
    made, token = create_invite(call.session, call.actor, group=group, offer=offer, now=call.now)
    return link_reply(call, group, made, token, _opening(group, offer))


def _opening(group: Group, offer: Offer) -> Text:
    if offer.invitee is None:
        return say("Here is the invite to <b>{group}</b>. Hand it on:", group=group.name)
    return say(
        "Here is the invite to <b>{group}</b>, for {invitee} alone. Hand it on:",
        group=group.name,
        invitee=offer.invitee.name,
    )


COMMANDS = (
    Command(
        "invite",
        say("make an invite link"),
        invite,
        usage=INVITE_USAGE,
        permission=Permission.INVITE,
        options=frozenset({"role", "ttl", "uses", "note"}),
    ),
)

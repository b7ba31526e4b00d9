"""Cards in chats that we are not in: offered while somebody writes there, joined with a tap."""

from __future__ import annotations

from bot.command import Button, Call, Card, Command, Place, Reply
from bot.commands.start import JOINED
from bot.texts import BLANK, Lines, Text, lines, say, say_many
from bot.words import KINDS, role_word
from core.access import Role
from core.errors import Invalid
from core.groups import Group
from core.invites import Invite
from core.invites.inline_cards import join_by_card
from core.invites.inline_offers import offer_groups
from core.people import is_reachable

ELSEWHERE = frozenset({Place.ELSEWHERE})


def offer(call: Call) -> Reply:
    """The asker's groups, as cards. To somebody who may invite nowhere there are none."""
    found = offer_groups(call.session, call.actor, text=call.arguments.text(), now=call.now)
    inviter = call.actor.person.name
    return Reply(
        say("Groups that you can invite to"),
        cards=tuple(_card(one.group, inviter, code) for code, one in found),
    )


def come(call: Call) -> Reply:
    """One use for each person; the card counts them."""
    code = call.arguments.text()
    if not code:
        raise Invalid("button_unknown")
    answer = join_by_card(call.session, call.actor, code=code, now=call.now)
    invite, group = answer.invite, answer.invite.group
    told = say("You are in {group}. Welcome!", group=group.name)
    if answer.already_member:
        told = say("You are already a member of {group}.", group=group.name)
    reachable = is_reachable(call.session, call.actor.person.id)
    return Reply(
        lines(_offered(group, invite.inviter.name), _count(invite)),
        () if invite.exhausted else ((_join(code),),),
        replaces=True,
        passing=told,
        opens=None if reachable else JOINED,
    )


def _card(group: Group, inviter: str, code: str) -> Card:
    return Card(
        title=say("Invite to {group}", group=group.name),
        hint=say("{kind}: everybody here can join with a tap", kind=KINDS[group.kind]),
        text=_offered(group, inviter),
        button=_join(code),
    )


def _offered(group: Group, inviter: str) -> Lines:
    return lines(
        say("{inviter} invites you to <b>{group}</b>.", inviter=inviter, group=group.name),
        BLANK,
        say("What it is: {kind}", kind=KINDS[group.kind]),
        say("Your role: {role}", role=role_word(group.kind, Role.MEMBER)),
    )


def _count(invite: Invite) -> Text:
    return say_many("{count} person has joined", "{count} people have joined", invite.uses)


def _join(code: str) -> Button:
    return Button(say("Join"), f"/come {code}")


COMMANDS = (
    Command("offer", say("cards to post in other chats"), offer, usage="[group]", places=ELSEWHERE),
    Command("come", say("join by a card in another chat"), come, usage="code", places=ELSEWHERE),
)

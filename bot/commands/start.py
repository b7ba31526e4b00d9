"""/start: the first words, and what a link into our private chat is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.command import Call, Command, Reply
from bot.commands.answers import show_card
from bot.commands.event_answers import PAYLOAD
from bot.commands.event_links import PAYLOAD as LINK_PAYLOAD
from bot.commands.event_links import show_by_link
from bot.commands.event_places import PAYLOAD as MAP_PAYLOAD
from bot.commands.linking import show_link
from bot.commands.proving import show_bound_card, waiting_buttons
from bot.commands.rsvp import show_by_payload, show_map_by_payload
from bot.texts import BLANK, lines, say
from core.errors import Invalid
from core.invites.waiting import take_waiting
from core.members import list_memberships
from core.tokens import is_public_id

# Payloads of links into our private chat: from a list of cards that is empty, and from a card.
INLINE, JOINED = "inline", "joined"
MOST_WELCOMED = 5
SHOWN: Mapping[str, Callable[[Call, str], Reply]] = {
    "j_": show_bound_card,
    "l_": show_link,
    LINK_PAYLOAD: show_by_link,
    PAYLOAD: show_by_payload,
    MAP_PAYLOAD: show_map_by_payload,
}


def start(call: Call) -> Reply:
    """Greets; `j_<token>` shows the invite card, and so does the id of an invite of one's own;
    `l_<code>` links an account, `r_<token>` is a guest's own, and `e_<number>` shows
    an event, `m_<number>` its map.
    """
    payload = call.arguments.text()
    if is_public_id(payload):
        return show_card(call, payload)
    for prefix, show in SHOWN.items():
        if payload.startswith(prefix):
            return show(call, payload.removeprefix(prefix))
    if payload == JOINED and call.actor.person.current_group_id is not None:
        return _welcome(call)
    if payload not in ("", INLINE, JOINED):
        raise Invalid("payload_unknown")
    waiting = take_waiting(call.session, call.actor, now=call.now)
    return Reply(
        lines(
            say("Hello {name}! I bring people into groups.", name=call.actor.person.name),
            BLANK,
            say("Found a group: <code>/newgroup Tigers</code>"),
            say("Invite somebody into it: /invite"),
            say("Everything else: /help"),
        ),
        waiting_buttons(waiting),
    )


def _welcome(call: Call) -> Reply:
    """For who came in by a card in another chat, and writes to us for the first time."""
    mine = list_memberships(call.session, call.actor.person.id)
    names = [say("• {group}", group=row.group.name) for row in mine[-MOST_WELCOMED:]]
    return Reply(
        lines(
            say("Welcome, {name}! You are in:", name=call.actor.person.name),
            *names,
            BLANK,
            say("See who else is there: /members"),
            say("Everything else: /help"),
        )
    )


COMMANDS = (Command("start", say("say hello"), start),)

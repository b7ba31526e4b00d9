"""/rsvp: the event's card in a room, and every answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.arguments import Arguments
from bot.command import Call, Command, Place, Reply
from bot.commands.event_answers import answered, others, show_list, so_far
from bot.commands.event_context import room_number
from bot.commands.event_links import share_link, take_calendar
from bot.commands.event_places import show_map
from bot.commands.event_showing import show_event
from bot.texts import BLANK, lines, say
from core.chats import find_chat
from core.errors import Conflict, Invalid, NotFound
from core.events import Event, find_event, get_event
from core.events.lists import list_coming, next_of
from core.events.rooms import ask_in_rooms
from core.events.views import count_guests
from core.groups import Kind
from core.guests.answering import answer_event, find_own_guest, list_charges, may_see
from core.guests.claims import claim_coming, claim_own
from core.guests.rsvp import Answer, Wish, companions_allowed

OPTIONS = frozenset({"guest", "plus", "children"})
USAGE = "[yes|no|maybe] [plus=1]"
MOST_CHILDREN = 20
MOST_DIGITS = 18


SHOWN: Mapping[str, Callable[[Call, Event], Reply]] = {
    "others": others,
    "list": show_list,
    "link": share_link,
    "calendar": take_calendar,
    "map": show_map,
}


def rsvp(call: Call) -> Reply:
    """An answer, or the card to answer with."""
    word = call.arguments.text().casefold()
    if word in set(Answer):
        return _answer(call, Answer(word))
    if word == "plus":
        return _one_more(call)
    if word in SHOWN:
        return SHOWN[word](call, _event(call))
    if word:
        raise Invalid("rsvp_unreadable", word=word)
    return _card(call)


def show_by_payload(call: Call, number: str) -> Reply:
    """Goes on in private where a card in a room was tapped: for whom, if there is anybody."""
    event = _named(call, number)
    mine = find_own_guest(call.session, call.actor, event_id=event.id)
    if mine is not None and list_charges(call.session, mine):
        return others(call, event)
    return show_event(call, event)


def show_map_by_payload(call: Call, number: str) -> Reply:
    """The same for the card's map."""
    return show_map(call, _named(call, number))


def _named(call: Call, number: str) -> Event:
    if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
        raise Invalid("payload_unknown")
    return _event(replace(call, arguments=Arguments(options=(("group", number),))))


def _answer(call: Call, said: Answer) -> Reply:
    wish = Wish(
        said,
        plus_ones=call.arguments.number("plus"),
        children=_children(call),
    )
    return _say(call, _event(call), wish)


def _one_more(call: Call) -> Reply:
    """Yes, and one companion more than before; past the last that is allowed it says so."""
    event = _event(call)
    mine = find_own_guest(call.session, call.actor, event_id=event.id)
    had = mine.plus_ones if mine is not None else 0
    if mine is not None and event.plus_ones and had >= companions_allowed(event, mine):
        raise Conflict("no_more_companions", count=had, event=event.group.name)
    return _say(call, event, Wish(Answer.YES, plus_ones=had + 1))


def _say(call: Call, event: Event, wish: Wish) -> Reply:
    done = answer_event(
        call.session,
        call.actor,
        event_id=event.id,
        wish=wish,
        guest_id=call.arguments.number("guest"),
        room_of=room_number(call),
        now=call.now,
    )
    told = answered(done)
    if call.incoming.room.place is Place.ROOM:
        counts = count_guests(call.session, event.id)
        return Reply(told, brief=call.incoming.pressed, standing=so_far(counts))
    if call.arguments.number("guest") is not None:
        return others(call, event, first=told)
    card = show_event(call, done.event)
    text = card.text if call.incoming.pressed else lines(told, BLANK, card.text)
    return Reply(text, card.buttons, replaces=True)


def _card(call: Call) -> Reply:
    event = _event(call)
    if call.incoming.room.place is not Place.ROOM:
        return show_event(call, event)
    if not ask_in_rooms(call.session, event, now=call.now):
        return Reply(say("The card of {event} was shown just now.", event=event.group.name))
    return Reply(say("Here comes the card of {event}.", event=event.group.name))


def _event(call: Call) -> Event:
    """The one that is named, or the next of this room, or of the asker."""
    number = call.arguments.number("group")
    found = get_event(call.session, number) if number is not None else _next(call)
    if found is None:
        raise NotFound("no_event_here")
    mine = find_own_guest(call.session, call.actor, event_id=found.id) or claim_own(
        call.session, call.actor, event_id=found.id, now=call.now
    )
    if not may_see(call.session, call.actor, found, mine, room_of=room_number(call)):
        raise NotFound("event_unknown")
    return found


def _next(call: Call) -> Event | None:
    room = call.incoming.room
    if room.place is not Place.ROOM:
        claim_coming(call.session, call.actor, now=call.now)
        return next(iter(list_coming(call.session, call.actor, now=call.now)), None)
    chat = find_chat(call.session, platform=room.platform, address=room.address)
    if chat is None:
        raise NotFound("room_unbound")
    if chat.group.kind is Kind.EVENT:
        return find_event(call.session, chat.group_id)
    return next_of(call.session, chat.group, now=call.now)


def _children(call: Call) -> int | None:
    count = call.arguments.number("children")
    if count is not None and count > MOST_CHILDREN:
        raise Invalid("event_number", option="children", fewest=0, most=MOST_CHILDREN)
    return count


COMMANDS = (
    Command("rsvp", say("answer an event, or show its card"), rsvp, usage=USAGE, options=OPTIONS),
)

"""The way into a room, told to who may come in, and to who must hear that somebody else tried."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.texts import BLANK, lines, say
from core.access import role_in
from core.chats import find_chat_by_id
from core.chats.doors import find_open_link, get_link
from core.chats.occupants import is_in_room
from core.facts import (
    Fact,
    RoomLinkFailed,
    RoomLinkMade,
    RoomLinkMisused,
)
from core.groups import get_group
from core.people import Person


def way_in(session: Session, fact: Fact) -> Notice | None:
    """A member is shown into the room, unless they are in, or out of the group, by now."""
    assert isinstance(fact, RoomLinkMade)
    chat = find_chat_by_id(session, fact.chat_id)
    if chat is None or is_in_room(session, person_id=fact.person_id, chat_id=fact.chat_id):
        return None
    if role_in(session, fact.person_id, fact.group_id) is None:
        return None
    names = {"room": chat.title, "group": chat.group.name}
    if chat.share_url is not None:
        here = say("This is {room}, the chat of <b>{group}</b>. Come in:", **names)
        return Notice(here, url=chat.share_url)
    link = find_open_link(session, person_id=fact.person_id, chat_id=fact.chat_id)
    if link is None:
        return None
    told = lines(
        say("This is your way into {room}, the chat of <b>{group}</b>.", **names),
        say("Open it. Where you are asked to wait, I let you in."),
        say("Open until: {time}", time=link.expires_at) if link.expires_at else None,
    )
    return Notice(told, url=link.url)


def no_room_link(session: Session, fact: Fact) -> Notice | None:
    """A member hears that we could not open the room to them, and whom to ask."""
    assert isinstance(fact, RoomLinkFailed)
    link = get_link(session, fact.link_id)
    if link is None or is_in_room(session, person_id=link.person_id, chat_id=link.chat_id):
        return None
    return Notice(
        say(
            "I can’t open {room} to you. You are a member of {group} all the same: ask an admin to"
            " add you to the room.",
            room=link.chat.title,
            group=get_group(session, link.chat.group_id).name,
        )
    )


def room_link_misused(session: Session, fact: Fact) -> Notice | None:
    """Who invited somebody hears that somebody else came by their link."""
    assert isinstance(fact, RoomLinkMisused)
    link, stranger = get_link(session, fact.link_id), session.get(Person, fact.stranger_id)
    if link is None or stranger is None:
        return None
    holder = session.get_one(Person, link.person_id)
    return Notice(
        lines(
            say(
                "<b>{stranger}</b> tried to come into {room} by a link that was for {person}"
                " alone. I turned them away.",
                stranger=stranger.name,
                room=link.chat.title,
                person=holder.name,
            ),
            BLANK,
            say("If they are to come in, /invite makes a link for them."),
        )
    )

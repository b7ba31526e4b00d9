"""What people hear in private of a group's rooms: lost ones, missing rights, a way in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.notices.notice import Notice
from bot.texts import BLANK, Text, lines, say
from core.access import MemberState
from core.chats import Chat, Loss, find_chat_by_id
from core.facts import Fact, RoomLost, RoomNeedsRights, RoomOffered
from core.members import find_member


def room_lost(session: Session, fact: Fact) -> Notice | None:
    """An owner hears what is wrong with a room, unless it is in order again by now."""
    assert isinstance(fact, RoomLost)
    chat = find_chat_by_id(session, fact.chat_id)
    if chat is None or chat.lost_reason is None:
        return None
    return Notice(lines(_what_is_wrong(chat), BLANK, _what_to_do(chat)))


def room_needs_rights(session: Session, fact: Fact) -> Notice | None:
    """Who tied a room to their group hears what is missing there."""
    assert isinstance(fact, RoomNeedsRights)
    chat = find_chat_by_id(session, fact.chat_id)
    if chat is None or chat.lost_reason is None:
        return None
    return Notice(
        lines(
            say("{room} belongs to {group} now.", room=chat.title, group=chat.group.name),
            BLANK,
            _what_is_wrong(chat),
            _what_to_do(chat),
        )
    )


def room_offer(session: Session, fact: Fact) -> Notice | None:
    """A member is shown the way into the room, unless they left the group meanwhile."""
    assert isinstance(fact, RoomOffered)
    chat = find_chat_by_id(session, fact.chat_id)
    member = find_member(session, person_id=fact.person_id, group_id=fact.group_id)
    if chat is None or member is None or member.state is not MemberState.ACTIVE:
        return None
    return Notice(
        lines(
            say(
                "You are a member of <b>{group}</b>, but not in its room {room}.",
                group=chat.group.name,
                room=chat.title,
            ),
            say("Ask to join by this link, and I let you in:"),
        ),
        door=chat.address,
    )


def _what_is_wrong(chat: Chat) -> Text:
    names = {"room": chat.title, "group": chat.group.name}
    match chat.lost_reason:
        case Loss.REMOVED:
            return say("I am no longer in <b>{room}</b>, a room of {group}.", **names)
        case Loss.MUTED:
            return say("I may no longer write in <b>{room}</b>, a room of {group}.", **names)
        case _:
            return say(
                "I may not invite people in <b>{room}</b>, a room of {group}: I can’t answer those"
                " who ask to join, nor see who comes and goes.",
                **names,
            )


def _what_to_do(chat: Chat) -> Text:
    if chat.lost_reason is Loss.REMOVED:
        return say(
            "Welcomes are not sent there. Add me again, make me an administrator who may invite"
            " people, or type /bind in another room."
        )
    return say("Make me an administrator there, with the right to invite people.")

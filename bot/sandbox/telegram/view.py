"""The world as the page shows it."""

from typing import TYPE_CHECKING, Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.menus import scopes_for
from bot.sandbox.telegram.messages import Answer, Message, Press
from bot.sandbox.telegram.people import User
from bot.sandbox.telegram.venues import shown_place

if TYPE_CHECKING:
    from bot.sandbox.telegram.inline import InlineQuery
    from bot.sandbox.telegram.state import State

Fields = dict[str, Any]


def person(state: "State", one: User) -> Fields:
    """A person with what their phone knows of the bot."""
    return {
        "id": one.id,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "username": one.username,
        "language_code": one.language_code,
        "label": one.label,
        "started": one.started,
        "blocked": one.blocked,
        "keyboard": state.keyboards.get(one.id, {}).get("keyboard", []),
    }


def private_chat(one: User) -> Fields:
    """A person's chat with the bot."""
    return {"id": one.id, "type": "private", "title": one.name}


def chat(state: "State", room: Chat) -> Fields:
    """A group with its members."""
    people = [
        {"user_id": member.user_id, "status": member.status}
        for member in room.members.values()
        if member.user_id != state.bot.id
    ]
    return {
        "id": room.id,
        "type": room.type,
        "title": room.title,
        "members": people,
        "bot_status": room.member(state.bot.id).status,
        "migrated_to": room.migrated_to,
        "join_requests": list(room.requests),
        "links": [wire.invite_link(state, link, for_bot=False) for link in room.links.values()],
    }


def message(state: "State", one: Message) -> Fields:
    """A message with HTML that is safe to insert."""
    photo, document = state.files.get(one.photo_id), state.files.get(one.document_id)
    return {
        "message_id": one.message_id,
        "chat_id": one.chat_id,
        "from_id": one.from_id,
        "sender_chat_id": one.sender_chat_id,
        "date": one.date,
        "edit_date": one.edit_date,
        "text": one.text,
        "html": one.html,
        "photo": photo and f"/play/files/{photo.unique_id}",
        "document": document
        and {"file_name": document.name, "url": f"/play/files/{document.unique_id}"},
        "place": shown_place(one.options),
        "caption": one.caption,
        "caption_html": one.caption_html,
        "reply_markup": one.reply_markup,
        "reply_to": one.reply_to,
        "forwarded_from": (one.forward_origin or {}).get("sender_user_id"),
        "inline_message_id": one.inline_id,
        "service": None if one.service is None else service_text(state, one),
    }


def offers(query: "InlineQuery") -> Fields:
    """What a phone shows while somebody types the bot's name."""
    return {
        "inline_query_id": query.id,
        "user_id": query.user_id,
        "results": query.shown,
        "button": query.button,
    }


def service_text(state: "State", one: Message) -> str:
    """A service message as the apps word it."""
    service = one.service or {}
    actor = state.account(one.from_id).name
    if "users_shared" in service:
        names = [state.person(one["user_id"]).name for one in service["users_shared"]["users"]]
        return f"{actor} chose {', '.join(names)} for {state.bot.name}"
    if "contact" in service:
        contact = service["contact"]
        if "user_id" not in contact:
            return f"{actor} shared the contact {contact['first_name']}, +{contact['phone_number']}"
        return f"{actor} showed {state.bot.name} the number +{contact['phone_number']}"
    if "new_chat_members" in service:
        return _joined_text(state, one.from_id, service["new_chat_members"])
    if "left_chat_member" in service:
        gone = service["left_chat_member"]
        name = state.account(gone).name
        return f"{name} left the group" if gone == one.from_id else f"{actor} removed {name}"
    if "group_chat_created" in service or "supergroup_chat_created" in service:
        return f"{actor} created the group"
    return "The group was upgraded to a supergroup"


def _joined_text(state: "State", by: int, joined: list[int]) -> str:
    if joined == [by]:
        return f"{state.account(by).name} joined the group"
    names = ", ".join(state.account(user_id).name for user_id in joined)
    return f"{state.account(by).name} added {names}"


def answer(press: Press, one: Answer) -> Fields:
    """What a phone shows after a tap."""
    return {
        "user_id": press.user_id,
        "callback_query_id": one.callback_query_id,
        "chat_id": press.chat_id,
        "message_id": press.message_id,
        "text": one.text,
        "show_alert": one.show_alert,
        "url": one.url,
    }


def commands_of(state: "State", user_id: int, chat_id: int) -> Fields:
    """The menu that one person sees in one chat, keyed `user_id:chat_id`."""
    private = chat_id > 0
    leads = not private and state.room(chat_id).member(user_id).leads
    scopes = scopes_for(chat_id, user_id, private=private, leads=leads)
    seen = state.menus.seen(scopes, state.person(user_id).language_code)
    return {f"{user_id}:{chat_id}": seen}


def commands(state: "State") -> Fields:
    """Every menu that anybody sees."""
    found: Fields = {}
    for one in state.people.values():
        found |= commands_of(state, one.id, one.id)
    for room in state.rooms.values():
        if room.member(state.bot.id).inside:
            for member in room.present():
                if member.user_id in state.people:
                    found |= commands_of(state, member.user_id, room.id)
    return found


def everything(state: "State") -> Fields:
    """The answer to `GET /play/state`, but for the limits switch."""
    bot = {"id": state.bot.id, "first_name": state.bot.first_name, "username": state.bot.username}
    rooms = [chat(state, room) for room in state.rooms.values()]
    return {
        "seq": state.changes.seq,
        "era": state.era,
        "bot": bot,
        "people": [person(state, one) for one in state.people.values()],
        "chats": [*rooms, *(private_chat(one) for one in state.people.values())],
        "messages": {
            str(chat_id): [message(state, one) for one in log.values()]
            for chat_id, log in state.logs.items()
        },
        "commands": commands(state),
    }

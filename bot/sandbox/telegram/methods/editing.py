"""Changing and deleting what was sent."""

from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.messages import Message
from bot.sandbox.telegram.methods.call import (
    Call,
    Method,
    Params,
    chat,
    integer,
    json_array,
    json_object,
    string,
)
from bot.sandbox.telegram.methods.markup import read_markup
from bot.sandbox.telegram.methods.places import chat_id, known_chat, writable
from bot.sandbox.telegram.methods.texts import read_caption, read_text

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
# Bot API, deleteMessage.
DELETABLE_S = 48 * 3600


def _own_message(call: Call) -> Message:
    if call.text("inline_message_id"):
        posted = call.world.inline_message(call.text("inline_message_id"))
        if posted is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return posted
    writable(call)
    number = call.number("message_id")
    if number <= 0:
        raise bad_request("message identifier is not specified")
    found = call.world.find_message(chat_id(call), number)
    if found is None:
        raise bad_request("message to edit not found")
    if found.from_id != call.world.bot.id or found.service is not None:
        raise bad_request("message can't be edited")
    return found


def _amended(call: Call, old: Message, **content: Any) -> dict[str, Any] | bool:
    """An edit without a keyboard takes the old one away. True for what somebody else posted."""
    content["reply_markup"] = read_markup(call, inline_only=True)
    if all(getattr(old, name) == value for name, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    new = call.world.amend(old, edit_date=int(call.world.now()), **content)
    return True if call.text("inline_message_id") else wire.message(call.world, new)


def edit_message_text(call: Call) -> dict[str, Any] | bool:
    """New text, and the keyboard that goes with it."""
    text = read_text(call)
    old = _own_message(call)
    if old.text is None:
        raise bad_request("there is no text in the message to edit")
    return _amended(call, old, **text)


def edit_message_caption(call: Call) -> dict[str, Any] | bool:
    """New caption of a photo or document."""
    caption = read_caption(call)
    old = _own_message(call)
    if old.photo_id is None and old.document_id is None:
        raise bad_request("there is no caption in the message to edit")
    return _amended(call, old, **caption)


def edit_message_reply_markup(call: Call) -> dict[str, Any] | bool:
    """Another inline keyboard, or none."""
    return _amended(call, _own_message(call))


def delete_message(call: Call) -> bool:
    """The bot's own messages, and those of others where it may, up to 48 hours old."""
    place = known_chat(call)
    found = call.world.find_message(place, call.number("message_id"))
    if found is None:
        raise bad_request("message to delete not found")
    if found.date < call.world.now() - DELETABLE_S or not _may_delete(call, found):
        raise bad_request("message can't be deleted")
    call.world.erase(found)
    return True


def _may_delete(call: Call, found: Message) -> bool:
    if found.chat_id > 0 or found.from_id == call.world.bot.id:
        return True
    return call.world.room(found.chat_id).member(call.world.bot.id).may("can_delete_messages")


_PLACE: Params = {
    "chat_id": chat,
    "message_id": integer,
    "inline_message_id": string,
    "reply_markup": string,
}
_TEXT: Params = {"text": string, "entities": json_array, "link_preview_options": json_object}
_CAPTION: Params = {"caption": string, "caption_entities": json_array}
_MODE: Params = {"parse_mode": string}
METHODS = {
    "editMessageText": Method(edit_message_text, _PLACE | _MODE | _TEXT, sends=True),
    "editMessageCaption": Method(edit_message_caption, _PLACE | _MODE | _CAPTION, sends=True),
    "editMessageReplyMarkup": Method(edit_message_reply_markup, _PLACE, sends=True),
    "deleteMessage": Method(delete_message, {"chat_id": chat, "message_id": integer}),
}

"""sendMessage and the other ways of saying something."""

from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.errors import ApiError, bad_request
from bot.sandbox.telegram.methods.call import (
    Call,
    Method,
    Params,
    Upload,
    boolean,
    chat,
    integer,
    json_array,
    json_object,
    string,
)
from bot.sandbox.telegram.methods.markup import read_keyboard, read_markup
from bot.sandbox.telegram.methods.places import room, writable
from bot.sandbox.telegram.methods.texts import read_caption, read_text
from bot.sandbox.telegram.venues import read_venue, venue_fields

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_SIDES = 10_000
LARGEST_RATIO = 20
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def _reply_to(call: Call, chat_id: int) -> int | None:
    given = call.args.get("reply_parameters", {})
    number = given.get("message_id", call.args.get("reply_to_message_id"))
    if number is None:
        return None
    if not isinstance(number, int):
        raise bad_request('field "message_id" must be of type Number')
    if call.world.find_message(chat_id, number) is not None:
        return number
    if given.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _options(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if call.flag("protect_content"):
        found["has_protected_content"] = True
    if call.args.get("link_preview_options"):
        found["link_preview_options"] = call.args["link_preview_options"]
    return found


def _send(call: Call, chat_id: int, content: dict[str, Any]) -> dict[str, Any]:
    if call.args.get("message_thread_id"):
        raise bad_request("message thread not found")
    markup, laid = read_markup(call), read_keyboard(call, private=chat_id > 0)
    sent = call.world.post(
        chat_id,
        call.world.bot.id,
        reply_to=_reply_to(call, chat_id),
        reply_markup=markup,
        options=_options(call) | content.pop("options", {}),
        **content,
    )
    call.world.lay_keyboard(chat_id, laid)
    return wire.message(call.world, sent)


def send_message(call: Call) -> dict[str, Any]:
    """Text, formatted or not."""
    text = read_text(call)
    return _send(call, writable(call), text)


def _upload(call: Call, name: str) -> Upload | None:
    """The file that came under the parameter's own name, or by `attach://`."""
    given = call.text(name)
    if given.startswith("attach://"):
        return call.uploads.get(given.removeprefix("attach://"))
    return call.uploads.get(name)


def _not_uploaded(call: Call, name: str) -> ApiError:
    given = call.text(name)
    if not given:
        return bad_request(f"there is no {name} in the request")
    if given.startswith(("http://", "https://")):
        return bad_request("failed to get HTTP URL content")
    return bad_request("wrong file identifier/HTTP URL specified")


def _stored_id(call: Call, name: str) -> str:
    """The `file_id` of what is sent: of an upload, or one that exists already."""
    upload = _upload(call, name)
    if upload is None:
        known = call.world.files.get(call.text(name))
        if known is None:
            raise _not_uploaded(call, name)
        if known.kind != name:
            raise bad_request("type of file mismatch")
        return known.id
    if not upload.data:
        raise bad_request("file must be non-empty")
    stored = call.world.files.add(name, upload.data, name=upload.name, mime_type=upload.mime_type)
    if name == "photo":
        _check_picture(upload, stored.size)
    return stored.id


def _check_picture(upload: Upload, size: tuple[int, int] | None) -> None:
    if len(upload.data) > LARGEST_PHOTO:
        raise bad_request(f"file is too big for a photo; the maximum size is {LARGEST_PHOTO} bytes")
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > LARGEST_SIDES or min(size) == 0 or max(size) > LARGEST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def send_photo(call: Call) -> dict[str, Any]:
    """A picture: an upload or a known `file_id`; the sandbox fetches no addresses."""
    caption = read_caption(call)
    chat_id = writable(call, "photos")
    options = {
        wired: True
        for name, wired in (
            ("has_spoiler", "has_media_spoiler"),
            ("show_caption_above_media", "show_caption_above_media"),
        )
        if call.flag(name)
    }
    photo = {"photo_id": _stored_id(call, "photo"), "options": options}
    return _send(call, chat_id, caption | photo)


def send_document(call: Call) -> dict[str, Any]:
    """A file as it is."""
    caption = read_caption(call)
    chat_id = writable(call, "documents")
    return _send(call, chat_id, caption | {"document_id": _stored_id(call, "document")})


def send_venue(call: Call) -> dict[str, Any]:
    """A place on the map, with its name and street."""
    venue = read_venue(call.args)
    return _send(call, writable(call), {"options": venue_fields(venue)})


def send_chat_action(call: Call) -> bool:
    """Shows nothing here, but is checked."""
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    writable(call)
    return True


def leave_chat(call: Call) -> bool:
    """The bot goes by itself."""
    found = room(call)
    call.world.set_bot_status(found.id, "left", by=call.world.bot.id)
    return True


_PLAIN: Params = {
    "chat_id": chat,
    "message_thread_id": integer,
    "disable_notification": boolean,
    "protect_content": boolean,
    "allow_paid_broadcast": boolean,
    "reply_parameters": json_object,
    "reply_to_message_id": integer,
    "allow_sending_without_reply": boolean,
    "reply_markup": string,
}
_COMMON: Params = {**_PLAIN, "parse_mode": string}
_VENUE: Params = dict.fromkeys(("latitude", "longitude", "title", "address"), string)
_TEXT: Params = {"text": string, "entities": json_array, "link_preview_options": json_object}
_CAPTION: Params = {"caption": string, "caption_entities": json_array}
_PHOTO: Params = {"photo": string, "has_spoiler": boolean, "show_caption_above_media": boolean}
METHODS = {
    "sendMessage": Method(send_message, _COMMON | _TEXT, sends=True),
    "sendPhoto": Method(send_photo, _COMMON | _CAPTION | _PHOTO, sends=True),
    "sendDocument": Method(send_document, _COMMON | _CAPTION | {"document": string}, sends=True),
    "sendVenue": Method(send_venue, _PLAIN | _VENUE, sends=True),
    "sendChatAction": Method(
        send_chat_action,
        {"chat_id": chat, "action": string, "message_thread_id": integer},
        changes=False,
    ),
    "leaveChat": Method(leave_chat, {"chat_id": chat}),
}

"""Text that the bot sends: formatting, trimming, lengths."""

from typing import Any

from bot.sandbox.telegram.autolinks import add_found
from bot.sandbox.telegram.entities import parse_html
from bot.sandbox.telegram.entity_details import TYPES
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.methods.call import Call
from bot.sandbox.telegram.units import utf16_length
from bot.sandbox.telegram.urls import checked_link, refusal

Entity = dict[str, Any]
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_GIVEN_TYPES = set(TYPES.values()) | {"expandable_blockquote", "text_mention"}
_FOUND_TYPES = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}


def read_text(call: Call) -> dict[str, Any]:
    """`text` of 1 to 4096 UTF-16 units after parsing, with its entities."""
    plain, entities = _formatted(call, "text", "entities")
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities}


def read_caption(call: Call) -> dict[str, Any]:
    """`caption` of 0 to 1024 UTF-16 units after parsing, with its entities."""
    plain, entities = _formatted(call, "caption", "caption_entities")
    if utf16_length(plain) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": plain or None, "caption_entities": entities}


def _formatted(call: Call, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    raw, mode = call.text(name), call.text("parse_mode").lower()
    if "\0" in raw:
        raw = raw.replace("\0", " ")
    if mode == "html":
        plain, entities = parse_html(raw)
    elif mode in ("", "none"):
        plain, entities = raw, [_given(one) for one in call.args.get(entities_name, [])]
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("the sandbox does not emulate Markdown; use parse_mode HTML")
    else:
        raise bad_request("unsupported parse_mode")
    plain, entities = _trimmed(plain, _known_people(call, entities))
    return plain, add_found(plain, entities)


def _known_people(call: Call, entities: list[Entity]) -> list[Entity]:
    """A mention of a stranger is dropped silently."""
    return [one for one in entities if one.get("user_id", call.world.bot.id) in _accounts(call)]


def _accounts(call: Call) -> set[int]:
    return {call.world.bot.id, *call.world.people}


def _given(one: object) -> Entity:
    if not isinstance(one, dict):
        raise bad_request("can't parse MessageEntity: Expected an Object")
    if not all(isinstance(one.get(name), int) for name in ("offset", "length")):
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if one.get("type") not in _GIVEN_TYPES | _FOUND_TYPES:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    entity = dict(one)
    if entity["type"] == "text_link":
        reason = refusal(entity.get("url", ""))
        if reason:
            raise bad_request(f"entity URL '{entity.get('url', '')}' is invalid: {reason}")
        entity["url"] = checked_link(entity["url"])
    if isinstance(entity.get("user"), dict):
        entity["user_id"] = entity.pop("user").get("id")
    return entity


def _trimmed(plain: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram cuts white space at both ends, and what is formatted there with it."""
    bare = plain.strip()
    cut = utf16_length(plain[: len(plain) - len(plain.lstrip())])
    end = utf16_length(bare)
    kept = []
    for one in entities:
        start = max(one["offset"] - cut, 0)
        stop = min(one["offset"] + one["length"] - cut, end)
        if one["type"] in _FOUND_TYPES or stop <= start:
            continue
        kept.append(one | {"offset": start, "length": stop - start})
    return bare, kept

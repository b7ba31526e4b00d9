"""Which tags there are, and what their entities carry beside a place."""

from typing import Any

from bot.sandbox.telegram.html_source import wrong
from bot.sandbox.telegram.urls import checked_link, mentioned_user_id

Entity = dict[str, Any]
TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}


def details_of(tag: str, given: dict[str, str], inner: str) -> Entity | None:
    """Further fields of the entity; None when Telegram drops it silently."""
    if tag == "a":
        return _link(given.get("href") or inner)
    if tag == "code" and given.get("class", "").startswith("language-"):
        return {"language": given["class"].removeprefix("language-")}
    if tag == "blockquote" and "expandable" in given:
        return {"type": "expandable_blockquote"}
    if tag == "tg-emoji":
        return _emoji(given.get("emoji-id", ""))
    if tag == "tg-time":
        return _time(given)
    return {}


def _link(url: str) -> Entity | None:
    user_id = mentioned_user_id(url)
    if user_id is not None:
        return {"type": "text_mention", "user_id": user_id}
    link = checked_link(url)
    return {"url": link} if link else None


def _emoji(number: str) -> Entity:
    if not number.isascii() or not number.isdigit():
        raise wrong("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": number}


def _time(given: dict[str, str]) -> Entity:
    moment = given.get("unix", "")
    if not moment.isascii() or not moment.isdigit():
        raise wrong("Invalid date specified")
    extra = {"date_time_format": given["format"]} if given.get("format") else {}
    return {"unix_time": int(moment)} | extra

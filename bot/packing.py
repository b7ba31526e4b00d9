"""Packing: a reply as it is kept in the database until it is said, and back.

No link's token is kept, nor what is secret: what told one is packed as the words that say how to
get another.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from bot.command import Button, Pick, Picture, Reply
from bot.texts import Lines, LocalTime, Prose, Reader, Text, Value, Verbatim, lines, say
from core.model import Payload
from core.tokens import without_tokens

LOST_LINK = lines(
    say("I was interrupted before I could show you that. What you asked for is done."),
    say("A link can’t be shown twice. /invites lists yours; /invite makes a new one."),
)
SAY_AGAIN = say("I was interrupted before I could show you that. Ask for it again.")


def pack(reply: Reply, reader: Reader) -> Payload:
    """The reply and its reader in words of JSON. A picture is a link's, but for a chart, which only
    adds to the words, as a file does that holds no link.
    """
    if reply.secret:
        return pack(Reply(SAY_AGAIN), reader)
    packed = {
        "reader": [reader.locale, reader.timezone],
        "text": _prose(reply.text),
        "buttons": [[[_prose(one.label), one.line] for one in row] for row in reply.buttons],
        "replaces": reply.replaces,
        "refused": reply.refused,
        "asks_phone": reply.asks_phone,
        "pick": reply.pick and [_prose(reply.pick.label), reply.pick.line, reply.pick.most],
    }
    words = json.dumps(packed)
    words += reply.document.content.decode(errors="replace") if reply.document else ""
    if isinstance(reply.picture, Picture) or without_tokens(words) != words:
        return pack(Reply(LOST_LINK), reader)
    return packed


def unpack(packed: Payload) -> tuple[Reply, Reader]:
    """The reply that was packed, and who reads it."""
    pick = packed["pick"]
    reply = Reply(
        text=_read_prose(packed["text"]),
        buttons=tuple(
            tuple(Button(_read_text(label), line) for label, line in row)
            for row in packed["buttons"]
        ),
        replaces=packed["replaces"],
        refused=packed["refused"],
        asks_phone=packed["asks_phone"],
        pick=pick and Pick(_read_text(pick[0]), *pick[1:]),
    )
    return reply, Reader(*packed["reader"])


def _prose(prose: Prose) -> Any:
    if isinstance(prose, Lines):
        return [_prose(part) for part in prose.parts]
    fields = {name: _value(value) for name, value in prose.fields.items()}
    return {"say": prose.msgid, "with": fields, "plural": prose.plural, "count": prose.count}


def _value(value: Value) -> Any:
    match value:
        case Text() | Lines():
            return _prose(value)
        case datetime():
            return {"time": value.isoformat()}
        case LocalTime(moment, zone):
            return {"local": [moment.isoformat(), zone]}
        case timedelta():
            return {"span": value.total_seconds()}
        case Verbatim():
            return {"verbatim": value.text}
        case _:
            return value


def _read_prose(packed: Any) -> Prose:
    if isinstance(packed, list):
        return Lines(tuple(_read_prose(part) for part in packed))
    return _read_text(packed)


def _read_text(packed: Any) -> Text:
    fields = {name: _read_value(value) for name, value in packed["with"].items()}
    return Text(packed["say"], fields, packed["plural"], packed["count"])


def _read_value(packed: Any) -> Value:
    match packed:
        case {"time": moment}:
            return datetime.fromisoformat(moment)
        case {"local": [moment, zone]}:
            return LocalTime(datetime.fromisoformat(moment), zone)
        case {"span": seconds}:
            return timedelta(seconds=seconds)
        case {"verbatim": text}:
            return Verbatim(text)
        case list() | {"say": _}:
            return _read_prose(packed)
        case _:
            value: Value = packed
            return value

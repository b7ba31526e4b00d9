"""A list of players as it comes with a command: read before the unit of work, since ten thousand
lines take a second in which nobody else could write.
"""

from __future__ import annotations

import asyncio

from bot.arguments import command_of
from bot.command import Call, Downloads, Incoming, Outside, Place
from core.errors import CoreError, Invalid
from core.rosters.files import MOST_BYTES, RosterFile, read_roster, read_roster_text


async def fetch(outside: Outside, incoming: Incoming) -> RosterFile | CoreError | None:
    """The attached file, read beside the event loop; or why it can't be read."""
    if incoming.attachment is None or incoming.room.place is not Place.PRIVATE:
        return None
    if not isinstance(outside, Downloads):
        return None
    data = await outside.download(incoming.attachment)
    if data is None:
        return None
    return await asyncio.to_thread(_read, data, incoming.room.platform, incoming.region)


def list_in(call: Call) -> RosterFile | None:
    """In a file, below the command, in the message that it answers, or all that is said; None where
    there is none. Raises Invalid.
    """
    incoming = call.incoming
    dialled = {"platform": incoming.room.platform, "region": call.region}
    if incoming.attachment is not None:
        return _prepared(call)
    if command_of(incoming.line) is None:
        return read_roster_text(incoming.line, **dialled)
    text = incoming.line.partition("\n")[2] or incoming.quoted or ""
    return read_roster_text(text, **dialled) if text.strip() else None


def _prepared(call: Call) -> RosterFile:
    match call.prepared:
        case RosterFile() as found:
            return found
        case CoreError() as refusal:
            raise refusal
        case bytes() as data:  # sent without a word, when the list was asked for
            return read_roster(data, platform=call.incoming.room.platform, region=call.region)
        case _:
            raise Invalid("file_not_had", most=MOST_BYTES // 1024)


def _read(data: bytes, platform: str, region: str) -> RosterFile | CoreError:
    try:
        return read_roster(data, platform=platform, region=region)
    except CoreError as refusal:
        return refusal

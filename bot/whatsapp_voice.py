"""How we speak on WhatsApp: in pieces of its length, with answers to tap or to type by number."""

from __future__ import annotations

from datetime import timedelta

from bot.command import Document
from bot.ground import Ground
from bot.groupme_text import Buttons, lines_behind, split, with_numbers
from bot.pacing import PACED
from bot.texts import Reader
from bot.whatsapp_api import PLATFORM
from bot.whatsapp_calls import WhatsApp
from bot.whatsapp_text import (
    BODY_LIMIT,
    CAPTION_LIMIT,
    TEXT_LIMIT,
    YOUR_CHOICE,
    Message,
    is_tappable,
    tappable,
    text_message,
)
from core.chats.choices import offer

# So long numbers stand for what they say.
NUMBERS_LAST = timedelta(days=1)
ROOM_LIMIT = 64  # characters of an address that numbers are remembered by


class Voice:
    """Speaks to one person at a time: there are no rooms. Raises WhatsAppError."""

    def __init__(self, whatsapp: WhatsApp, ground: Ground) -> None:
        self._whatsapp = whatsapp
        self._ground = ground

    async def say(
        self,
        address: str,
        text: str,
        buttons: Buttons,
        reader: Reader,
        *,
        is_notice: bool = False,
        secret: bool = False,
    ) -> str | None:
        """The id of the last message. What is secret has no numbers: they would be kept."""
        last = None
        for message in await self._messages(address, text, buttons, reader, secret=secret):
            last = await self.send(address, message, is_notice=is_notice)
        return last

    async def show(self, address: str, png: bytes, caption: str) -> None:
        """A picture with what stands below it."""
        uploaded = await self._whatsapp.upload(png, "picture.png", "image/png")
        short, rest = _fit(caption)
        await self.send(address, {"type": "image", "image": {"id": uploaded, **short}})
        for piece in rest:
            await self.send(address, text_message(piece))

    async def hand(self, address: str, document: Document, caption: str) -> None:
        """A file with what stands below it."""
        kind = _kind_of(document.filename)
        uploaded = await self._whatsapp.upload(document.content, document.filename, kind)
        short, rest = _fit(caption)
        file = {"id": uploaded, "filename": document.filename, **short}
        await self.send(address, {"type": "document", "document": file})
        for piece in rest:
            await self.send(address, text_message(piece))

    async def send(self, address: str, message: Message, *, is_notice: bool = False) -> str:
        """One message; its id. What no sender accounts for is counted here."""
        try:
            return await self._whatsapp.send(address, message, is_notice=is_notice)
        finally:
            if not PACED.get():
                self._ground.pacing.count(PLATFORM, address)

    async def _messages(
        self, address: str, text: str, buttons: Buttons, reader: Reader, *, secret: bool
    ) -> list[Message]:
        if not lines_behind(buttons):
            return [text_message(piece) for piece in split(text, TEXT_LIMIT)]
        if not is_tappable(buttons):
            numbered = await self._number(address, text, buttons, reader, secret=secret)
            return [text_message(piece) for piece in split(numbered, TEXT_LIMIT)]
        if len(split(text, BODY_LIMIT)) == 1:
            return [tappable(text, buttons, reader)]
        told = [text_message(piece) for piece in split(text, TEXT_LIMIT)]
        return [*told, tappable(reader.plain(YOUR_CHOICE), buttons, reader)]

    async def _number(
        self, address: str, text: str, buttons: Buttons, reader: Reader, *, secret: bool
    ) -> str:
        lines, now = lines_behind(buttons), self._ground.clock()
        if secret:
            return "\n".join([text, "", *lines])
        first = await self._ground.database.write(
            lambda s: offer(
                s,
                platform=PLATFORM,
                room=room_of(address),
                sender=room_of(address),
                lines=lines,
                now=now,
                until=now + NUMBERS_LAST,
            )
        )
        return with_numbers(text, buttons, first=first, reader=reader)


def room_of(address: str) -> str:
    """By what numbers are remembered: the address, as far as there is room for it."""
    return address[:ROOM_LIMIT]


def _fit(caption: str) -> tuple[dict[str, str], list[str]]:
    """What fits below a picture, and what has to be said after it."""
    pieces = split(caption, CAPTION_LIMIT)
    if len(pieces) == 1:
        return {"caption": pieces[0]}, []
    return {}, split(caption, TEXT_LIMIT)


# What we make ourselves (Cloud API, supported media types).
KINDS = {"csv": "text/plain", "json": "text/plain", "ics": "text/plain", "png": "image/png"}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _kind_of(filename: str) -> str:
    ending = filename.rpartition(".")[2].lower()
    return SHEET if ending == "xlsx" else KINDS.get(ending, "text/plain")

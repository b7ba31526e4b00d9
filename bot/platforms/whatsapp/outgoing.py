"""Reply -> WhatsApp: words with buttons, pictures and files."""

from __future__ import annotations

import asyncio

import structlog

from bot.charts import Chart, draw
from bot.command import Picture
from bot.dispatch import Answer
from bot.ground import Ground
from bot.texts import Reader
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_codes import Meaning, meaning_of
from bot.whatsapp_text import location_message
from bot.whatsapp_voice import Voice
from core.people import mark_unreachable

RETRY_PAUSE_S = 1.0
PASSING = frozenset({Meaning.TROUBLE, Meaning.BUSY, Meaning.PAIR, Meaning.UPKEEP, Meaning.HALT})

log = structlog.get_logger(__name__)


def may_pass(error: WhatsAppError) -> bool:
    """Whether it surely was not sent, and may be later."""
    return not error.is_unknown and meaning_of(error) in PASSING


class Outgoing:
    """Answers whoever wrote to us, which opens the day within which we may."""

    def __init__(self, voice: Voice, ground: Ground) -> None:
        self._voice = voice
        self._ground = ground

    async def answer(self, address: str, answer: Answer) -> None:
        """Raises WhatsAppError."""
        try:
            await self._patiently(address, answer)
        except WhatsAppError as error:
            await self._learn(address, error)
            raise
        reply, reader = answer.reply, answer.reader
        if reply.picture is not None:
            await self._show(address, reply.picture, reader)
        if reply.document is not None:
            caption = reader.plain(reply.document.caption)
            await self._voice.hand(address, reply.document, caption)
        if reply.spot is not None:
            await self._voice.send(address, location_message(reply.spot))

    async def _patiently(self, address: str, answer: Answer) -> None:
        """Once more after a moment, where Meta was only busy."""
        try:
            await self._say(address, answer)
        except WhatsAppError as error:
            if not may_pass(error) or meaning_of(error) is Meaning.HALT:
                raise
            await asyncio.sleep(RETRY_PAUSE_S)
            await self._say(address, answer)

    async def _say(self, address: str, answer: Answer) -> None:
        reply, reader = answer.reply, answer.reader
        text = reader.plain(reply.text)
        if not text and (reply.picture or reply.document):
            return
        await self._voice.say(address, text, reply.buttons, reader, secret=reply.secret)

    async def _show(self, address: str, picture: Picture | Chart, reader: Reader) -> None:
        """A picture only adds to what is said in words, links included."""
        if isinstance(picture, Chart):  # to draw takes longer than others should wait
            png = await asyncio.to_thread(draw, picture, reader)
        else:
            png = picture.png
        try:
            await self._voice.show(address, png, reader.plain(picture.caption))
        except WhatsAppError as error:
            log.warning("a picture was left out", reason=error.reason)

    async def _learn(self, address: str, error: WhatsAppError) -> None:
        """Whom WhatsApp can't reach is not written to until they write again."""
        if error.is_unknown or meaning_of(error) is not Meaning.GONE:
            return
        await self._ground.database.write(
            lambda s: mark_unreachable(s, platform=PLATFORM, address=address, reason=error.reason)
        )

"""Reply -> GroupMe: text with numbered lines, and pictures through the image service."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.charts import Chart, draw
from bot.command import Picture, Reply
from bot.dispatch import Answer
from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe
from bot.groupme_text import lines_behind, split, with_numbers
from bot.groupme_voice import Voice
from bot.platforms.groupme.posts import Whence
from bot.texts import Reader, say
from core.chats.choices import offer
from core.people import mark_unreachable

# So long the numbers of a reply stand for what they say.
REPLY_LASTS = timedelta(hours=1)
LONGEST_WAIT_S = 30.0
REFUSED_FOR_GOOD = (403, 404)
NO_FILES = say("I can’t send files here. Ask me on Telegram; /link makes your two accounts one.")

log = structlog.get_logger(__name__)


class Outgoing:
    """Answers where something was said: in the room, or by direct message."""

    def __init__(self, groupme: GroupMe, voice: Voice, ground: Ground) -> None:
        self._groupme = groupme
        self._voice = voice
        self._ground = ground

    async def answer(self, whence: Whence, answer: Answer) -> None:
        """Raises GroupMeError."""
        reply, reader = answer.reply, answer.reader
        pieces = split(await self._number(whence, reply, reader))
        picture = None
        if reply.picture is not None:
            pieces += split(reader.plain(reply.picture.caption))
            picture = await self._upload(reply.picture, reader)
        try:
            await self._say(whence, pieces, picture)
        except GroupMeError as error:
            await self._learn(whence, error)
            if error.sent or not error.is_passing or (error.retry_after_s or 0) > LONGEST_WAIT_S:
                raise
            await asyncio.sleep(error.retry_after_s or 1.0)
            await self._say(whence, pieces, picture)

    async def _number(self, whence: Whence, reply: Reply, reader: Reader) -> str:
        text, lines = reader.plain(reply.text), lines_behind(reply.buttons)
        if reply.standing is not None:  # what was said here stays as it was said
            text = f"{text}\n{reader.plain(reply.standing)}"
        if reply.document is not None:
            text = f"{reader.plain(NO_FILES)}\n\n{text}"
        if reply.secret:  # what is behind the numbers would be kept, so it is typed
            text, lines = "\n".join([text, "", *lines]), []
        if not lines:
            return text
        room = whence.address
        now = self._ground.clock()

        def unit(session: Session) -> int:
            return offer(
                session,
                platform=PLATFORM,
                room=room,
                sender=whence.user_id,
                lines=lines,
                now=now,
                until=now + REPLY_LASTS,
            )

        first = await self._ground.database.write(unit)
        return with_numbers(text, reply.buttons, first=first, reader=reader)

    async def _upload(self, picture: Picture | Chart, reader: Reader) -> str | None:
        """A picture only adds to what is said in words, links included."""
        if isinstance(picture, Chart):  # to draw takes longer than others should wait
            png = await asyncio.to_thread(draw, picture, reader)
        else:
            png = picture.png
        try:
            return await self._groupme.upload(png)
        except GroupMeError as error:
            log.warning("a picture was left out", reason=error.reason)
            return None

    async def _say(self, whence: Whence, pieces: list[str], picture: str | None) -> None:
        if whence.group_id is None:
            await self._voice.say_to(whence.user_id, pieces, picture=picture)
        else:
            await self._voice.say_in(whence.group_id, pieces, picture=picture)

    async def _learn(self, whence: Whence, error: GroupMeError) -> None:
        """Whoever refuses our letters is not written to until they write again."""
        if whence.group_id is not None or error.status not in REFUSED_FOR_GOOD:
            return
        await self._ground.database.write(
            lambda s: mark_unreachable(
                s, platform=PLATFORM, address=whence.user_id, reason=error.reason
            )
        )

"""How we speak on GroupMe: through our bot of a room, or else as the token's own account.

A bot posts without a key by which a repeat could be recognised. What our account writes carries a
`source_guid`, which GroupMe recognises for a minute (API v3, messages: 409).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe, room_address
from core.chats import find_chat
from core.platform_notes import forget, recall, replace_notes

BOT_NAME = "Usher"
# What we say as our account begins with this, so that we do not take it for somebody's command.
GUID_PREFIX = "usher-"
UNAUTHORIZED, UNHEARD_OF = 401, 404

Look = Callable[[], Awaitable[list[dict[str, Any]]]]

log = structlog.get_logger(__name__)


class Send(Protocol):
    def __call__(self, guid: str, piece: str, picture: str | None) -> Awaitable[str | None]: ...


class Voice:
    """`callback_url` is where GroupMe posts what is said in the rooms of our bots."""

    def __init__(self, groupme: GroupMe, ground: Ground, callback_url: str) -> None:
        self._groupme = groupme
        self._ground = ground
        self.callback_url = callback_url
        self._bots: dict[str, str] = {}

    async def say_in(
        self, group_id: str, pieces: Sequence[str], *, picture: str | None = None
    ) -> str | None:
        """The id of the last message where GroupMe names one. Raises GroupMeError."""
        bot_id = await self.bot_of(group_id)
        if bot_id is not None and await self._say_as(bot_id, group_id, pieces, picture):
            return None

        def send(guid: str, piece: str, picture: str | None) -> Awaitable[str | None]:
            return self._groupme.post_as_ourselves(group_id, guid, piece, picture)

        return await self._say_all(send, lambda: self._groupme.messages(group_id), pieces, picture)

    async def say_to(
        self, user_id: str, pieces: Sequence[str], *, picture: str | None = None
    ) -> str | None:
        """By direct message. Raises GroupMeError."""

        def send(guid: str, piece: str, picture: str | None) -> Awaitable[str | None]:
            return self._groupme.write_to(user_id, guid, piece, picture)

        return await self._say_all(send, lambda: self._groupme.letters(user_id), pieces, picture)

    async def bot_of(self, group_id: str) -> str | None:
        """Our bot in the room, made where the room is tied and has none. None: there can't be one.

        Raises GroupMeError.
        """
        if group_id not in self._bots:
            found = await self._ground.database.read(
                lambda s: recall(s, platform=PLATFORM, name=_note_of(group_id))
            )
            found = found or await self._find(group_id) or await self._make(group_id)
            if found is None:
                return None
            self._bots[group_id] = found
        return self._bots[group_id]

    async def learn(self, group_id: str, bot_id: str) -> None:
        """This is our bot in the room from now on."""
        await self.learn_all({group_id: bot_id})

    async def learn_all(self, bots: Mapping[str, str]) -> None:
        """These are our bots, by their rooms."""
        now = self._ground.clock()

        names = {_note_of(group_id): bot_id for group_id, bot_id in bots.items()}

        def unit(session: Session) -> None:
            replace_notes(session, platform=PLATFORM, notes=names, now=now)

        await self._ground.database.write(unit)
        self._bots.update(bots)

    async def create_bot(self, group_id: str) -> str | None:
        """A new bot of ours in the room, by its id; None where there can't be one.

        Raises GroupMeError.
        """
        try:
            made = await self._groupme.create_bot(group_id, BOT_NAME, self.callback_url)
        except GroupMeError as error:
            if not error.is_refusal or error.status == UNAUTHORIZED:
                raise
            log.warning("a room has no bot", room=group_id, reason=error.reason)
            return None
        return made.bot_id

    async def unlearn(self, group_id: str) -> None:
        """The bot is gone."""
        self._bots.pop(group_id, None)
        await self._ground.database.write(
            lambda s: forget(s, platform=PLATFORM, name=_note_of(group_id))
        )

    async def _say_as(
        self, bot_id: str, group_id: str, pieces: Sequence[str], picture: str | None
    ) -> bool:
        """False when the bot is gone, and so nothing was said."""
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            try:
                await self._groupme.post_as_bot(bot_id, piece, picture if last else None)
            except GroupMeError as error:
                if error.status != UNHEARD_OF or number:
                    raise
                log.warning("a room's bot is gone", room=group_id)
                await self.unlearn(group_id)
                return False
        return True

    async def _find(self, group_id: str) -> str | None:
        for bot in await self._groupme.bots():
            if bot.group_id == group_id and bot.callback_url == self.callback_url:
                await self.learn(group_id, bot.bot_id)
                return bot.bot_id
        return None

    async def _make(self, group_id: str) -> str | None:
        tied = await self._ground.database.read(lambda s: _is_tied(s, group_id))
        if not tied:
            return None
        made = await self.create_bot(group_id)
        if made is not None:
            await self.learn(group_id, made)
        return made

    async def _say_all(
        self, send: Send, look: Look, pieces: Sequence[str], picture: str | None
    ) -> str | None:
        """The pieces one after the other, the picture with the last of them."""
        last = None
        for number, piece in enumerate(pieces, start=1):
            shown = picture if number == len(pieces) else None
            last = await self._surely(partial(send, piece=piece, picture=shown), look)
        return last

    async def _surely(self, send: Callable[[str], Awaitable[str | None]], look: Look) -> str | None:
        """Send it once: after an unknown outcome again with the same key, which does no harm; and
        if that is unknown too, look whether it is there. Raises GroupMeError.
        """
        guid = GUID_PREFIX + uuid4().hex
        for _ in range(2):
            try:
                return await send(guid)
            except GroupMeError as error:
                if not error.is_unknown:
                    raise
                failure = error
        for message in await self._look(look, failure):
            if message.get("source_guid") == guid:
                return str(message.get("id"))
        raise GroupMeError("it did not arrive", sent=False)

    async def _look(self, look: Look, failure: GroupMeError) -> list[dict[str, Any]]:
        try:
            return await look()
        except GroupMeError:
            raise failure from None


def _note_of(group_id: str) -> str:
    return f"bot of {group_id}"


def _is_tied(session: Session, group_id: str) -> bool:
    return find_chat(session, platform=PLATFORM, address=room_address(group_id)) is not None

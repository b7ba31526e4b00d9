"""Ways into Telegram rooms: links that ask us about whoever comes by them."""

from __future__ import annotations

from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.notices import LinkEnd, LinkOrder
from bot.telegram_api import TelegramBot
from core.deliveries.errors import DeliveryError

DOOR_NAME = "Usher"
LINK_IS_OVER = ("INVITE_HASH_EXPIRED", "INVITE_HASH_INVALID")


class TelegramDoors:
    """One link for all who only need to ask, and links of their own for single people."""

    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot
        self._shared: dict[str, str] = {}

    async def shared(self, room: str) -> str:
        """A link by which one may ask to come in. Handing it on opens nothing, so one serves all,
        for as long as this process runs.
        """
        if room not in self._shared:
            try:
                self._shared[room] = await self._open(int(room))
            except ChatMigrated as error:
                self._shared[room] = await self._open(error.new_chat_id)
            except (Forbidden, BadRequest) as error:  # it is the room that refuses, not who is told
                raise DeliveryError(f"no way in: {error.message}", permanent=True) from error
        return self._shared[room]

    async def make(self, room: int, order: LinkOrder) -> str:
        """A link of that name. Raises TelegramError."""
        link = await self._bot.create_chat_invite_link(
            room, name=order.name, expire_date=order.expires_at, creates_join_request=True
        )
        return link.invite_link

    async def end(self, room: int, end: LinkEnd) -> None:
        """The link opens nothing any more, also where it was over before. Raises TelegramError."""
        try:
            await self._bot.revoke_chat_invite_link(room, end.url)
        except BadRequest as error:
            if not error.message.upper().endswith(LINK_IS_OVER):
                raise

    async def _open(self, room: int) -> str:
        link = await self._bot.create_chat_invite_link(
            room, name=DOOR_NAME, creates_join_request=True
        )
        return link.invite_link

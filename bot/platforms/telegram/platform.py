"""Telegram as a platform: takes kept updates, routes them, answers."""

from __future__ import annotations

from collections.abc import Awaitable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.orm import Session
from telegram import Message, Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.command import Attachment, Reply, Room
from bot.dispatch import Answer, Dispatcher
from bot.ground import Ground
from bot.inbound import UnreadableUpdate
from bot.platforms.telegram.enclosures import download
from bot.platforms.telegram.incoming import from_message, from_tap
from bot.platforms.telegram.inline import (
    answer_card_tap,
    answer_query,
    from_card_tap,
    from_query,
)
from bot.platforms.telegram.membership import loss_of, note_newcomers, note_update
from bot.platforms.telegram.outgoing import answer_later, answer_message, answer_tap
from bot.telegram_api import PLATFORM, NotSentError, TelegramBot
from bot.texts import Reader
from core.chats import Loss
from core.chats.moves import move_room
from core.inbox import InboxRow, mark_handled
from core.model import Payload
from core.people import Sender

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Turn:
    """The inbox row in work, and what went wrong with it: a handler can't raise through PTB."""

    row_id: int
    claimed: bool = False
    error: Exception | None = None

    def claim(self) -> int:
        """The row, which from here on is claimed by a unit of work and not by the intake."""
        self.claimed = True
        return self.row_id


# A bot that is no administrator is told of comings and goings by these alone.
COMINGS = filters.StatusUpdate.NEW_CHAT_MEMBERS | filters.StatusUpdate.LEFT_CHAT_MEMBER

_turn: ContextVar[_Turn] = ContextVar("turn")


class TelegramPlatform:
    """Handles one kept update at a time, in whatever task calls it."""

    def __init__(
        self,
        bot: TelegramBot,
        dispatcher: Dispatcher,
        ground: Ground,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._ground = ground
        self._application = Application.builder().bot(bot).updater(None).job_queue(None).build()
        self._route()

    async def start(self) -> None:
        """Asks Telegram who we are. Raises TelegramError."""
        await self._application.initialize()

    async def stop(self) -> None:
        await self._application.shutdown()
        await self._bot.shutdown()  # which the line before leaves open when start() never succeeded

    async def handle(self, row: InboxRow) -> bool:
        """Bring about what the update says. False when nothing in it was for us.

        Raises UnreadableUpdate, or whatever went wrong.
        """
        try:
            update = Update.de_json(row.payload, self._bot)
        except Exception as error:  # python-telegram-bot raises anything at all for wrong shapes
            raise UnreadableUpdate(f"{type(error).__name__}: {error}") from error
        turn = _Turn(row.id)
        _turn.set(turn)
        self._ground.answering.under_way.add(row.id)
        try:
            await self._application.process_update(update)
        finally:
            self._ground.answering.under_way.discard(row.id)
        if turn.error is not None:
            raise turn.error
        return turn.claimed

    async def apologise(self, row: InboxRow) -> None:
        """Tell the person that it was our fault. Raises TelegramError."""
        update = Update.de_json(row.payload, self._bot)
        query, message = update.callback_query, update.effective_message
        if query is not None and (elsewhere := from_card_tap(query)) is not None:
            await answer_card_tap(self._bot, query, self._dispatcher.apologise(elsewhere))
        elif query is not None and (tap := from_tap(query)) is not None:
            await answer_tap(self._bot, query, self._dispatcher.apologise(tap))
        elif isinstance(message, Message):
            line = from_message(message, bot_username=self._bot.username)
            if line is not None:
                await answer_message(self._bot, message, self._dispatcher.apologise(line))

    async def repeat(self, back: Payload, reply: Reply, reader: Reader) -> None:
        """Answer what came in before a process died. Raises TelegramError."""
        await answer_later(self._bot, back, Answer(reply, reader))

    def invite_link(self, token: str) -> str:
        """The link that opens the private chat with us and shows the invite."""
        return f"https://t.me/{self._bot.username}?start=j_{token}"

    async def runs_room(self, room: Room, sender: Sender) -> bool | None:
        """Whether Telegram counts the sender among the room's administrators; None: no answer."""
        try:
            administrators = await self._bot.get_chat_administrators(int(room.address))
        except TelegramError as error:
            log.warning("Telegram did not say who runs a room", reason=str(error))
            return None
        return sender.address in {str(one.user.id) for one in administrators}

    async def download(self, attachment: Attachment) -> bytes | None:
        """A file that somebody sent us."""
        return await download(self._bot, attachment)

    async def loss_in(self, room: Room) -> Loss | None:
        """What we lack in the room, by what Telegram says of ourselves."""
        try:
            return loss_of(await self._bot.get_chat_member(int(room.address), self._bot.id))
        except TelegramError as error:
            log.warning("Telegram did not say what we may do in a room", reason=str(error))
            return None

    def _route(self) -> None:
        application = self._application
        moved = filters.StatusUpdate.MIGRATE
        application.add_handler(MessageHandler(moved, self._on_move))
        application.add_handler(MessageHandler(COMINGS, self._on_coming))
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._on_message))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._on_edit))
        application.add_handler(CallbackQueryHandler(self._on_tap))
        application.add_handler(InlineQueryHandler(self._on_query))
        standing = ChatMemberHandler.ANY_CHAT_MEMBER
        application.add_handler(ChatMemberHandler(self._on_standing, standing))
        application.add_handler(ChatJoinRequestHandler(self._on_standing))
        application.add_error_handler(_keep_error)

    async def _on_message(self, update: Update, context: object) -> None:
        assert update.message is not None
        await self._hear(update.message, edited=False)

    async def _on_edit(self, update: Update, context: object) -> None:
        assert update.edited_message is not None
        await self._hear(update.edited_message, edited=True)

    async def _hear(self, message: Message, *, edited: bool) -> None:
        incoming = from_message(
            message, bot_username=self._bot.username, edited=edited, inbox_id=_turn.get().row_id
        )
        if incoming is None:
            return
        _turn.get().claim()
        answer = await self._dispatcher.handle(incoming, self)
        if answer is not None:
            await self._tell(answer_message(self._bot, message, answer))

    async def _on_tap(self, update: Update, context: object) -> None:
        query = update.callback_query
        assert query is not None
        on_card = from_card_tap(query, inbox_id=_turn.get().row_id)
        incoming = on_card or from_tap(query, inbox_id=_turn.get().row_id)
        if incoming is None:
            return
        _turn.get().claim()
        answer = await self._dispatcher.handle(incoming, self)
        if answer is not None:
            tell = answer_card_tap if on_card else answer_tap
            await self._tell(tell(self._bot, query, answer))

    async def _on_query(self, update: Update, context: object) -> None:
        query = update.inline_query
        assert query is not None
        incoming = from_query(query, inbox_id=_turn.get().claim())
        answer = await self._dispatcher.handle(incoming, self)
        if answer is not None:
            await self._tell(answer_query(self._bot, query, answer))

    async def _on_standing(self, update: Update, context: object) -> None:
        """Who comes, goes, asks to come, or may write to whom."""
        now = self._ground.clock()

        def unit(session: Session) -> None:
            if self._claim(session):
                note_update(session, update, bot_id=self._bot.id, now=now)

        await self._ground.database.write(unit)

    async def _on_move(self, update: Update, context: object) -> None:
        message = update.message
        assert message is not None
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id

        def unit(session: Session) -> None:
            if self._claim(session):
                move_room(session, platform=PLATFORM, old=str(old), new=str(new))

        await self._ground.database.write(unit)

    async def _on_coming(self, update: Update, context: object) -> None:
        message, now = update.message, self._ground.clock()
        assert message is not None

        def unit(session: Session) -> None:
            if self._claim(session):
                note_newcomers(session, message, now=now)

        await self._ground.database.write(unit)

    async def _tell(self, telling: Awaitable[None]) -> None:
        """What was done stays done when the answer can't be delivered: it is said later where it
        surely was not sent, else the next tap says how it is.
        """
        row_id = _turn.get().row_id
        try:
            await telling
        except (NotSentError, RetryAfter) as error:
            log.warning("an answer waits", inbox_id=row_id, reason=str(error))
            return
        except Exception as error:  # python-telegram-bot raises anything at all for wrong shapes
            log.warning("an answer was not delivered", reason=f"{type(error).__name__}: {error}")
        self._ground.answering.settle(row_id)

    def _claim(self, session: Session) -> bool:
        return mark_handled(session, _turn.get().claim(), now=self._ground.clock())


async def _keep_error(_: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    _turn.get().error = context.error

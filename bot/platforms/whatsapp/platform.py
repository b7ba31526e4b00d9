"""WhatsApp as a platform: takes kept messages and receipts, answers with words and buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.command import Incoming, Reply, Room
from bot.dispatch import Answer, Dispatcher
from bot.ground import Ground
from bot.inbound import UnreadableUpdate
from bot.platforms.whatsapp.arrivals import MESSAGE, STATUS
from bot.platforms.whatsapp.letters import Letter, read_letter
from bot.platforms.whatsapp.outgoing import Outgoing, may_pass
from bot.platforms.whatsapp.receipts import Receipts
from bot.texts import Reader
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_voice import Voice, room_of
from core.chats import Loss
from core.chats.choices import choose
from core.inbox import InboxRow
from core.model import Payload
from core.people import Sender
from core.people.accounts import is_number, is_settled, known_address, settle_account
from core.people.conversations import note_heard

log = structlog.get_logger(__name__)


class WhatsAppPlatform:
    """`public_url` is where invites are opened in a browser. `receipts` take in what became of our
    messages.
    """

    def __init__(
        self,
        voice: Voice,
        dispatcher: Dispatcher,
        receipts: Receipts,
        ground: Ground,
        public_url: str,
    ) -> None:
        self._dispatcher = dispatcher
        self._receipts = receipts
        self._ground = ground
        self._public_url = public_url
        self._pasted = re.compile(re.escape(public_url) + r"/i/(?P<token>[\w-]{1,64})")
        self._outgoing = Outgoing(voice, ground)

    async def handle(self, row: InboxRow) -> bool:
        """See `Platform`."""
        if STATUS in row.payload:
            return await self._receipts.take(row)
        letter = _read(row)
        if letter is None:
            return False
        self._ground.answering.under_way.add(row.id)
        try:
            await self._hear(await self._met(letter), row)
        finally:
            self._ground.answering.under_way.discard(row.id)
        return True

    async def apologise(self, row: InboxRow) -> None:
        """See `Platform`. Raises WhatsAppError."""
        letter = _read(row) if MESSAGE in row.payload else None
        if letter is not None:
            incoming = letter.incoming("", pressed=False, inbox_id=None)
            answer = self._dispatcher.apologise(incoming)
            await self._outgoing.answer(letter.address, answer)

    async def repeat(self, back: Payload, reply: Reply, reader: Reader) -> None:
        """Answer what came in before a process died. Raises WhatsAppError."""
        await self._outgoing.answer(back["address"], Answer(reply, reader))

    def invite_link(self, token: str) -> str:
        """The page that shows the invite; pasted into our chat, it is shown there."""
        return f"{self._public_url}/i/{token}"

    async def runs_room(self, room: Room, sender: Sender) -> bool | None:
        """There are no rooms here."""
        return None

    async def loss_in(self, room: Room) -> Loss | None:
        return None

    async def _met(self, letter: Letter) -> Letter:
        """With the address that we write to, once all is kept that the platform says of them."""
        now, sender = self._ground.clock(), letter.sender
        if not is_number(letter.address):
            address = await self._ground.database.read(
                lambda s: known_address(s, platform=PLATFORM, alias=letter.address)
            )
            sender = Sender(PLATFORM, address, letter.name, letter.username)
        # Who speaks of an invite may have got one since we first met.
        settled = not letter.names_invite and await self._ground.database.read(
            lambda s: is_settled(s, sender=sender, alias=letter.scoped)
        )

        def unit(session: Session) -> None:
            if not settled:
                settle_account(session, sender=sender, alias=letter.scoped, now=now)
            note_heard(session, platform=PLATFORM, address=sender.address, at=letter.at)

        await self._ground.database.write(unit)
        return letter.at_address(sender.address)

    async def _hear(self, letter: Letter, row: InboxRow) -> None:
        incoming = await self._incoming(letter, row)
        answer = await self._dispatcher.handle(incoming, self)
        if answer is not None:
            await self._tell(letter.address, answer, row)

    async def _incoming(self, letter: Letter, row: InboxRow) -> Incoming:
        heard: Callable[..., Incoming] = letter.incoming
        if letter.tap is not None:
            return heard(letter.tap, pressed=True, inbox_id=row.id)
        pasted = self._pasted.fullmatch(letter.text.strip())
        if pasted is not None:
            return heard(f"/start j_{pasted['token']}", pressed=False, inbox_id=row.id)
        if letter.number is not None:
            line = await self._ground.database.read(lambda s: self._chosen(s, letter))
            return heard(line or "", pressed=True, inbox_id=row.id)
        return heard(letter.word or letter.text, pressed=False, inbox_id=row.id)

    def _chosen(self, session: Session, letter: Letter) -> str | None:
        """What the number stands for."""
        room, number = room_of(letter.address), letter.number
        assert number is not None, "asked for numbers only"
        now = self._ground.clock()
        return choose(session, platform=PLATFORM, room=room, sender=room, number=number, now=now)

    async def _tell(self, address: str, answer: Answer, row: InboxRow) -> None:
        """What was done stays done when the answer can't be delivered: it is said later where it
        surely was not sent, else the next word says how it is.
        """
        try:
            await self._outgoing.answer(address, answer)
        except WhatsAppError as error:
            if may_pass(error):
                log.warning("an answer waits", inbox_id=row.id, reason=error.reason)
                return
            log.warning("an answer was not delivered", reason=error.reason, code=error.code)
        self._ground.answering.settle(row.id)


def _read(row: InboxRow) -> Letter | None:
    """None for what says nothing to us. Raises UnreadableUpdate."""
    kept: Mapping[str, Any] | None = row.payload.get(MESSAGE)
    try:
        if isinstance(kept, dict):
            return read_letter(kept)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise UnreadableUpdate(f"{type(error).__name__}: {error}") from error
    raise UnreadableUpdate("neither a message nor a status")

"""WhatsApp as a channel: free words within a day of theirs, else only what Meta approved before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_text import lines_behind
from bot.notices import Notice, Rewrite, Telling
from bot.notices.notice import Template
from bot.texts import Reader, Text, Value, Verbatim
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_codes import WHOLE_CHANNEL, Meaning, delivery_error, meaning_of
from bot.whatsapp_expected import NEWS
from bot.whatsapp_text import Message, template_message
from bot.whatsapp_voice import Voice
from core.conversations import Conversation, conversation_with, note_silence
from core.delivery_error import DeliveryError
from core.errors import CoreError
from core.message_templates import check_template

# 24 hours from their last word; we stop a little earlier, as clocks differ.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
MOST_PAIRS = 1000
STOPPED = "they asked us to stop"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to one address, and how we stand with whoever is there."""

    address: str
    notice: Notice
    reader: Reader


class WhatsAppChannel:
    """`address` is a number in E.164, or a business-scoped id."""

    def __init__(self, voice: Voice, ground: Ground) -> None:
        self._voice = voice
        self._ground = ground
        self._pairs: OrderedDict[str, int] = OrderedDict()

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        """The message's id. Raises DeliveryError."""
        match telling:
            case Notice():
                return await self._tell(Letter(address, telling, reader))
            case Rewrite():  # what was said stays as it was said
                return None
            case _:
                raise DeliveryError("WhatsApp has no such act", permanent=True)

    async def _tell(self, letter: Letter) -> str | None:
        if letter.notice.door is not None:
            reason = "no way in: the room is on another platform"
            raise DeliveryError(reason, permanent=True, elsewhere=True)
        standing = await self._ground.database.read(
            lambda s: conversation_with(s, platform=PLATFORM, address=letter.address)
        )
        if standing.stopped:
            raise DeliveryError(STOPPED, permanent=True, elsewhere=True)
        try:
            sent_id = await self._say(letter, standing)
        except WhatsAppError as error:
            raise self._refused(letter.address, error) from error
        self._pairs.pop(letter.address, None)
        return sent_id

    async def _say(self, letter: Letter, standing: Conversation) -> str | None:
        if standing.heard_at is None or self._ground.clock() - standing.heard_at >= WINDOW:
            return await self._begin(letter)
        text = _text_of(letter.notice, letter.reader)
        try:
            return await self._voice.say(
                letter.address, text, letter.notice.buttons, letter.reader, is_notice=True
            )
        except WhatsAppError as error:
            if meaning_of(error) is not Meaning.WINDOW:
                raise
        await self._ground.database.write(
            lambda s: note_silence(s, platform=PLATFORM, address=letter.address)
        )
        return await self._begin(letter)

    async def _begin(self, letter: Letter) -> str:
        """By a template. Raises DeliveryError where none can be used."""
        message = await self._ground.database.read(lambda s: _filled(s, letter))
        return await self._voice.send(letter.address, message, is_notice=True)

    def _refused(self, address: str, error: WhatsAppError) -> DeliveryError:
        meaning = meaning_of(error)
        tries = self._pairs.get(address, 0)
        if meaning is Meaning.PAIR:
            self._pairs[address] = tries + 1
            self._pairs.move_to_end(address)
            while len(self._pairs) > MOST_PAIRS:
                self._pairs.popitem(last=False)
        refusal = delivery_error(error, pair_tries=tries)
        if meaning in WHOLE_CHANNEL and not error.is_unknown:
            self._rest(error, refusal.retry_after_s or 0.0)
        return refusal

    def _rest(self, error: WhatsAppError, seconds: float) -> None:
        """Nobody is written to meanwhile: each message would meet the same."""
        pacing = self._ground.pacing
        pacing.pacer(PLATFORM).rest(seconds, pacing.ticks())
        level = log.error if meaning_of(error) is Meaning.HALT else log.warning
        level("WhatsApp rests", reason=error.reason, code=error.code, pause_s=seconds)


def _filled(session: Session, letter: Letter) -> Message:
    """By its own template, or as news of any kind. Raises DeliveryError where neither is usable."""
    own, news = letter.notice.template, _news(letter.notice, letter.reader)
    if own is not None:
        try:
            return _fill(session, own, letter)
        except CoreError as refusal:
            log.warning("a template can't be used", template=own.name, why=refusal.code)
    try:
        return _fill(session, news, letter)
    except CoreError as refusal:
        name = (own or news).name
        reason = f"they last wrote over a day ago, and {name} can't be used: {refusal.code}"
        raise DeliveryError(reason, permanent=True, elsewhere=True) from refusal


def _news(notice: Notice, reader: Reader) -> Template:
    return Template(NEWS, {"text": Verbatim(_text_of(notice, reader))})


def _text_of(notice: Notice, reader: Reader) -> str:
    text = reader.plain(notice.text)
    return text if notice.url is None else f"{text}\n{notice.url}"


def _fill(session: Session, template: Template, letter: Letter) -> Message:
    """Raises CoreError when it can't be used."""
    found = check_template(
        session,
        platform=PLATFORM,
        name=template.name,
        locale=letter.reader.locale,
        fields=list(template.fields),
    )
    values = {name: _plain(value, letter.reader) for name, value in template.fields.items()}
    return template_message(found, values, lines_behind(letter.notice.buttons))


def _plain(value: Value, reader: Reader) -> str:
    return reader.plain(Text("{value}", {"value": value}))

"""WhatsApp as a channel: free words within a day of theirs, else only what Meta approved before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_text import lines_behind
from bot.notices import Notice, Rewrite, Telling
from bot.notices.notice import Template
from bot.texts import Reader, Text, Value, Verbatim, lines, say
from bot.whatsapp_api import PLATFORM, WhatsAppError
from bot.whatsapp_codes import WHOLE_CHANNEL, Meaning, delivery_error, meaning_of
from bot.whatsapp_expected import LINK, NEWS
from bot.whatsapp_text import Message, template_message
from bot.whatsapp_voice import Voice
from core.deliveries.errors import DeliveryError
from core.errors import CoreError
from core.guests.addresses import link_token
from core.message_templates import check_template
from core.people.conversations import Conversation, conversation_with, note_silence

# 24 hours from their last word; we stop a little earlier, as clocks differ.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)
MOST_PAIRS = 1000
STOPPED = "they asked us to stop"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to one address. `link` is its reader's own, to answer an event by."""

    address: str
    notice: Notice
    reader: Reader
    link: str | None = None


class WhatsAppChannel:
    """`address` is a number in E.164, or a business-scoped id."""

    def __init__(self, voice: Voice, ground: Ground, public_url: str = "") -> None:
        self._voice = voice
        self._ground = ground
        self._public_url = public_url
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
        letter = await self._with_link(letter)
        try:
            sent_id = await self._say(letter, standing)
        except WhatsAppError as error:
            raise self._refused(letter.address, error) from error
        self._pairs.pop(letter.address, None)
        return sent_id

    async def _with_link(self, letter: Letter) -> Letter:
        """With its reader's own link to answer by, where it is about an event that they may."""
        event_id, address, now = letter.notice.event_id, letter.address, self._ground.clock()
        if event_id is None or not self._public_url:
            return letter
        token = await self._ground.database.write(
            lambda s: link_token(s, event_id, channel=PLATFORM, address=address, now=now)
        )
        return replace(letter, link=f"{self._public_url}/r/{token}") if token else letter

    async def _say(self, letter: Letter, standing: Conversation) -> str | None:
        if standing.heard_at is None or self._ground.clock() - standing.heard_at >= WINDOW:
            return await self._begin(letter)
        text = _text_of(letter)
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
    own, tried = _own(letter), list[str]()
    for template in (*own, Template(NEWS, {"text": Verbatim(_text_of(letter))})):
        try:
            return _fill(session, template, letter)
        except CoreError as refusal:
            tried.append(f"{template.name} can't be used: {refusal.code}")
    if own:
        log.warning("a template can't be used", template=own[0].name, why=tried[0])
    reason = f"they last wrote over a day ago, and {tried[0]}"
    raise DeliveryError(reason, permanent=True, elsewhere=True)


def _own(letter: Letter) -> list[Template]:
    """The notice's own template, with the reader's link first: not each that is approved has it."""
    own = letter.notice.template
    if own is None:
        return []
    with_link = {**own.fields, LINK: Verbatim(letter.link or "")}
    return [Template(own.name, with_link), own] if letter.link else [own]


def _text_of(letter: Letter) -> str:
    notice, reader = letter.notice, letter.reader
    link = say("Or answer here: {link}", link=Verbatim(letter.link)) if letter.link else None
    text = reader.plain(lines(notice.text, link))
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

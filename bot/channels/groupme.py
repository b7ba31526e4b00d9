"""GroupMe as a channel: messages and acts, and every refusal in the outbox's own terms."""

from __future__ import annotations

from datetime import timedelta

from bot.ground import Ground
from bot.groupme_adding import Adding
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe, group_id_of
from bot.groupme_text import Buttons, lines_behind, split, with_numbers
from bot.groupme_voice import Voice
from bot.notices import Deed, LinkEnd, LinkOrder, Notice, Rewrite, RoomBan, Telling
from bot.texts import Reader
from core.chats.choices import ANYBODY, offer
from core.deliveries.errors import DeliveryError

# So long the numbers of a notice stand for what they say.
NOTICE_LASTS = timedelta(days=1)
GONE = (403, 404)


class GroupMeChannel:
    """`address` is a room's, which begins with `group:`, or a person's account id."""

    def __init__(self, groupme: GroupMe, voice: Voice, ground: Ground) -> None:
        self._groupme = groupme
        self._adding = Adding(groupme, ground)
        self._voice = voice
        self._ground = ground

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        """The message's id where GroupMe names it. Raises DeliveryError."""
        try:
            match telling:
                case Notice():
                    return await self._say(address, telling, reader)
                case Rewrite():  # what was said on GroupMe stays as it was said
                    return None
                case RoomBan():
                    await self._ban(address, telling)
                case LinkOrder():  # one link for all is all that GroupMe has
                    return await self._door(address)
                case LinkEnd():
                    return None
                case _:
                    raise DeliveryError("GroupMe has no such act", permanent=True)
        except GroupMeError as error:
            raise delivery_error(error, told=isinstance(telling, Notice)) from error
        return None

    async def _say(self, address: str, notice: Notice, reader: Reader) -> str | None:
        text, room = reader.plain(notice.text), group_id_of(address)
        if notice.door is not None:
            url = await self._door(notice.door)
            if room is None and await self._adding.add(url, address):
                return None  # they are in: GroupMe itself shows them the group
            text = f"{text}\n{url}"
        if notice.url is not None:
            text = f"{text}\n{notice.url}"
        pieces = split(await self._number(address, text, notice.buttons, reader))
        if room is None:
            return await self._voice.say_to(address, pieces)
        return await self._voice.say_in(room, pieces)

    async def _number(self, address: str, text: str, buttons: Buttons, reader: Reader) -> str:
        """With a number for each button, which stands for its line from now on."""
        lines, now = lines_behind(buttons), self._ground.clock()
        if not lines:
            return text
        sender = ANYBODY if group_id_of(address) is not None else address
        first = await self._ground.database.write(
            lambda s: offer(
                s,
                platform=PLATFORM,
                room=address,
                sender=sender,
                lines=lines,
                now=now,
                until=now + NOTICE_LASTS,
            )
        )
        return with_numbers(text, buttons, first=first, reader=reader)

    async def _door(self, room: str) -> str:
        """The share link. GroupMe lets in whoever opens it, so it is shown to members only."""
        group_id = group_id_of(room)
        if group_id is None:
            raise DeliveryError("no way in: the room is on another platform", permanent=True)
        url = (await self._groupme.group(group_id)).share_url
        if url is None:
            raise DeliveryError("no way in: the room is not shared by link", permanent=True)
        return url

    async def _ban(self, address: str, ban: RoomBan) -> None:
        """GroupMe knows no bans by API: who is banned is put out."""
        group_id = group_id_of(address)
        if ban.deed is Deed.UNBAN or group_id is None:
            return
        group = await self._groupme.group(group_id)
        for platform, person in ban.people:
            member = group.member(person) if platform == PLATFORM else None
            if member is not None:
                await self._groupme.remove_member(group_id, member.membership_id)


def delivery_error(error: GroupMeError, *, told: bool) -> DeliveryError:
    """What GroupMe's refusal means for the delivery; `told`: it was words, not an act."""
    if error.is_unknown:
        return DeliveryError(error.reason, uncertain=told)
    if error.retry_after_s is not None:
        return DeliveryError(error.reason, retry_after_s=error.retry_after_s)
    # 401 speaks of our token, not of where we write to.
    if not error.is_refusal or error.status == 401:
        return DeliveryError(error.reason)
    if not told:
        return DeliveryError(error.reason, permanent=True, lacks_rights=False)
    return DeliveryError(error.reason, permanent=True, unreachable=error.status in GONE)

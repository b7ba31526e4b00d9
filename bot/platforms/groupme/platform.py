"""GroupMe as a platform: takes kept messages, has them confirmed, answers in plain text."""

from __future__ import annotations

import re

import structlog
from sqlalchemy.orm import Session

from bot.command import Reply, Room
from bot.dispatch import Answer, Dispatcher
from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe, group_id_of, room_address
from bot.groupme_voice import GUID_PREFIX, Voice
from bot.inbound import UnreadableUpdate
from bot.platforms.groupme.arrivals import CALLBACK, LETTER
from bot.platforms.groupme.comings import note_comings
from bot.platforms.groupme.outgoing import Outgoing
from bot.platforms.groupme.posts import Post, Whence, read_post
from bot.platforms.groupme.witness import Witness
from bot.seldom import Seldom
from bot.texts import Reader
from core.chats import Loss, find_chat
from core.chats.choices import choose
from core.inbox import InboxRow, mark_handled
from core.model import Payload
from core.people import Sender, find_identity

log = structlog.get_logger(__name__)

Spoken = tuple[str, bool]


class GroupMePlatform:
    """`public_url` is where invites are opened in a browser."""

    def __init__(
        self,
        groupme: GroupMe,
        voice: Voice,
        dispatcher: Dispatcher,
        ground: Ground,
        public_url: str,
    ) -> None:
        self._groupme = groupme
        self._dispatcher = dispatcher
        self._ground = ground
        self._public_url = public_url
        self._pasted = re.compile(re.escape(public_url) + r"/i/(?P<token>[\w-]{1,64})")
        self._witness = Witness(groupme)
        self._outgoing = Outgoing(groupme, voice, ground)
        self._names: dict[str, str] = {}
        self._seldom = Seldom()

    async def handle(self, row: InboxRow) -> bool:
        """See `Platform`. What others say to each other is not looked at."""
        self._ground.answering.under_way.add(row.id)
        try:
            return await self._handle(row)
        finally:
            self._ground.answering.under_way.discard(row.id)

    async def _handle(self, row: InboxRow) -> bool:
        told = _read(row)
        spoken = None if told.is_system else await self._spoken(told)
        if spoken is None and not (told.is_system and await self._is_tied(told)):
            return False
        post = told if told.group_id is None else await self._witness.confirm(told)
        if post is None:
            self._ground.metrics.updates_forged.labels(PLATFORM).inc()
            if times := self._seldom.times("forged"):
                log.warning("GroupMe does not know of a message", times=times)
            return False
        if post.source_guid.startswith(GUID_PREFIX):
            return False
        if spoken is None:
            return await self._note(post, row)
        await self._hear(post, spoken, row)
        return True

    async def apologise(self, row: InboxRow) -> None:
        """See `Platform`. Raises GroupMeError."""
        post = _read(row)
        spoken = await self._spoken(post)
        if spoken is not None:
            incoming = post.incoming(spoken[0], title="", inbox_id=None, pressed=spoken[1])
            await self._outgoing.answer(post.whence, self._dispatcher.apologise(incoming))

    async def repeat(self, back: Payload, reply: Reply, reader: Reader) -> None:
        """Answer what came in before a process died. Raises GroupMeError."""
        whence = Whence(back["group_id"], back["user_id"])
        await self._outgoing.answer(whence, Answer(reply, reader))

    def invite_link(self, token: str) -> str:
        """The page that shows the invite; pasted into our private chat, it is shown there."""
        return f"{self._public_url}/i/{token}"

    async def runs_room(self, room: Room, sender: Sender) -> bool | None:
        """Whether GroupMe counts the sender among the group's owners and admins; None: silent."""
        group_id = group_id_of(room.address)
        try:
            found = await self._groupme.group(group_id or "")
        except GroupMeError as error:
            log.warning("GroupMe did not say who runs a room", reason=error.reason)
            return None
        return found.is_led_by(sender.address)

    async def loss_in(self, room: Room) -> Loss | None:
        """Who can be answered lacks nothing: on GroupMe every member may invite."""
        return None

    async def _spoken(self, post: Post) -> Spoken | None:
        """The command line that was said to us, and whether as a number; None: nothing was."""
        if post.is_command:
            return post.text, False
        pasted = self._pasted.fullmatch(post.text.strip()) if post.group_id is None else None
        if pasted is not None:
            return f"/start j_{pasted['token']}", False
        if post.number is None:
            return None
        return await self._ground.database.read(lambda s: self._chosen(s, post))

    def _chosen(self, session: Session, post: Post) -> Spoken | None:
        """What the number stands for. In private, who has spoken to us before hears that it stands
        for nothing; in a room, numbers are said for many reasons.
        """
        assert post.number is not None, "asked for numbers only"
        line = choose(
            session,
            platform=PLATFORM,
            room=post.whence.address,
            sender=post.user_id,
            number=post.number,
            now=self._ground.clock(),
        )
        if line is not None:
            return line, True
        known = find_identity(session, platform=PLATFORM, address=post.user_id)
        return ("", True) if post.group_id is None and known is not None else None

    async def _hear(self, post: Post, spoken: Spoken, row: InboxRow) -> None:
        line, pressed = spoken
        title = await self._name_of(post.group_id)
        incoming = post.incoming(line, title=title, inbox_id=row.id, pressed=pressed)
        answer = await self._dispatcher.handle(incoming, self)
        if answer is not None:
            await self._tell(post, answer, row)

    async def _tell(self, post: Post, answer: Answer, row: InboxRow) -> None:
        """What was done stays done when the answer can't be delivered: it is said later where it
        surely was not sent, else the next word says how it is.
        """
        try:
            await self._outgoing.answer(post.whence, answer)
        except GroupMeError as error:
            if error.is_passing and not error.sent:
                log.warning("an answer waits", inbox_id=row.id, reason=error.reason)
                return
            log.warning("an answer was not delivered", reason=error.reason)
        self._ground.answering.settle(row.id)

    async def _note(self, post: Post, row: InboxRow) -> bool:
        now = self._ground.clock()

        def unit(session: Session) -> None:
            if mark_handled(session, row.id, now=now):
                note_comings(session, post, now=now)

        await self._ground.database.write(unit)
        return True

    async def _is_tied(self, post: Post) -> bool:
        address = room_address(post.group_id or "")
        return await self._ground.database.read(
            lambda s: find_chat(s, platform=PLATFORM, address=address) is not None
        )

    async def _name_of(self, group_id: str | None) -> str:
        """The room's name. Messages do not tell it, and it seldom changes."""
        if group_id is None:
            return ""
        if group_id not in self._names:
            try:
                self._names[group_id] = (await self._groupme.group(group_id)).name
            except GroupMeError as error:
                log.warning("GroupMe did not say what a room is called", reason=error.reason)
                return group_id
        return self._names[group_id]


def _read(row: InboxRow) -> Post:
    """Raises UnreadableUpdate."""
    for kind in (CALLBACK, LETTER):
        found = row.payload.get(kind)
        if isinstance(found, dict):
            try:
                return read_post(found, private=kind == LETTER)
            except ValueError as error:
                raise UnreadableUpdate(str(error)) from error
    raise UnreadableUpdate("neither a callback nor a letter")

"""The regular comparison of GroupMe's rooms with what we believe: who has come, who has gone."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import GroupMe, RemoteGroup, group_id_of, room_address
from bot.platforms.groupme.rooms import remote_room
from core.chats import Loss, list_addresses
from core.chats.censuses import call_off_census, list_wanted, take_census
from core.chats.standings import lose_room
from core.chats.sweeps import TOPIC
from core.chats.ties import refresh_rooms
from core.errors import DatabaseUnavailable
from core.people import Sender

# Comings are not always told, so all rooms are compared this often; a hundred take one call.
EVERY_S = 600.0

log = structlog.get_logger(__name__)


class RoomCensus:
    """Compares the rooms that are due, or all of them when that was long ago. `wake` has it run
    at once.
    """

    def __init__(
        self,
        groupme: GroupMe,
        ground: Ground,
        *,
        wake: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._groupme = groupme
        self._ground = ground
        self._wake = wake
        self._clock = clock
        self._all_due = 0.0
        self._me: str | None = None
        ground.database.on_commit(self._on_commit)

    async def tick(self) -> None:
        """Never raises for an outage: the next tick tries again."""
        try:
            if self._clock() >= self._all_due:
                await self._take_all()
                self._all_due = self._clock() + EVERY_S
            await self._take_wanted()
        except DatabaseUnavailable as error:
            log.warning("rooms are compared later: the database", reason=str(error))
        except GroupMeError as error:
            log.warning("rooms are compared later: GroupMe", reason=error.reason)

    def _on_commit(self, topics: frozenset[str]) -> None:
        if TOPIC in topics:
            self._wake()

    async def _take_all(self) -> None:
        database = self._ground.database
        tied = set(await database.read(lambda s: list_addresses(s, platform=PLATFORM)))
        if not tied:
            return
        async for group in self._groupme.each_group():
            if room_address(group.id) in tied:
                await self._note(group)

    async def _take_wanted(self) -> None:
        wanted = await self._ground.database.read(lambda s: list_wanted(s, platform=PLATFORM))
        for address in wanted:
            try:
                await self._note(await self._groupme.group(group_id_of(address) or ""))
            except GroupMeError as error:
                if not error.is_refusal or error.status == 401:
                    raise
                await self._lose(address, error.reason)

    async def _note(self, group: RemoteGroup) -> None:
        if group.members is None:
            return
        me, now = await self._own_id(), self._ground.clock()
        present = [
            Sender(PLATFORM, one.user_id, one.name) for one in group.members if one.user_id != me
        ]

        def unit(session: Session) -> None:
            room = {"platform": PLATFORM, "address": room_address(group.id)}
            take_census(session, **room, present=present, asked_at=now, now=now)
            refresh_rooms(session, platform=PLATFORM, rooms=[remote_room(group)])

        await self._ground.database.write(unit)

    async def _own_id(self) -> str:
        """Our account is in each of the rooms, and no guest in any."""
        if self._me is None:
            self._me, _ = await self._groupme.me()
        return self._me

    async def _lose(self, address: str, reason: str) -> None:
        """We are in that room no more."""
        place, now = {"platform": PLATFORM, "address": address}, self._ground.clock()

        def unit(session: Session) -> None:
            lose_room(session, **place, loss=Loss.REMOVED, reason=reason, now=now)
            call_off_census(session, **place, now=now)

        await self._ground.database.write(unit)

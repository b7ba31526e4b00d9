"""Reconciling: GroupMe's groups compared with ours, and what is missing there put right.

At most three requests for a group: its share of a page, the share link, the bot. Nothing that was
done is lost when this dies: run again, it finds it done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.groupme_api import PLATFORM, GroupMeError
from bot.groupme_calls import PAGE, GroupMe, RemoteGroup, group_id_of, room_address
from bot.groupme_voice import Voice
from bot.platforms.groupme.patience import Patience
from bot.platforms.groupme.rooms import remote_room
from core.access import Actor
from core.chats.provisioning import Plan, RemoteRoom, holdings_of, make_plan, rooms_of
from core.chats.reconciliations import CLOSED_TO_CREATE, Missing, Near, Report
from core.chats.ties import refresh_rooms, tie_rooms
from core.groups import Group
from core.platform_notes import recall, remember

AT_ONCE = 8
CHUNK = 100

T = TypeVar("T")
R = TypeVar("R")
Who = Callable[[Session], Actor | None]

log = structlog.get_logger(__name__)


@dataclass
class Run:
    """What one run has found and done so far; rooms by address."""

    remote: dict[str, RemoteGroup]
    plan: Plan
    foreign: int = 0
    changed: set[str] = field(default_factory=set)
    unshared: set[str] = field(default_factory=set)


class Reconciler:
    """`who` makes the actor within a unit of work; None is the operator, who may do all."""

    def __init__(
        self, groupme: GroupMe, voice: Voice, ground: Ground, patience: Patience | None = None
    ) -> None:
        self._groupme = groupme
        self._voice = voice
        self._ground = ground
        self._patience = patience or Patience()

    async def run(
        self, who: Who, *, dry_run: bool = False, create_for: int | None = None
    ) -> Report:
        """Raises GroupMeError when GroupMe can't be asked, DatabaseUnavailable."""
        run = await self._survey(who)
        if create_for in {group.id for group in run.plan.missing} and not dry_run:
            await self._create(who, create_for)
            run = await self._survey(who)
        if dry_run:
            run.changed.update(room.title for _, room in run.plan.ties)
        else:
            await self._tie(who, run)
            await self._share(run)
            await self._refresh(run)
            await self._settle_bots(run)
        return await self._report(run)

    async def _survey(self, who: Who) -> Run:
        remote = {room_address(group.id): group for group in await self._all_groups()}
        plan, foreign = await self._plan(who, remote)
        hidden = [chat.address for chat in plan.orphaned]
        found = await self._each(hidden, self._look)
        if not any(found):  # pages shift while they are read: a group may have slipped through
            return Run(remote, plan, foreign)
        remote |= {room_address(group.id): group for group in found if group is not None}
        return Run(remote, *await self._plan(who, remote))

    async def _plan(self, who: Who, remote: Mapping[str, RemoteGroup]) -> tuple[Plan, int]:
        rooms = [remote_room(group) for group in remote.values()]
        return await self._ground.database.read(lambda s: _plan(s, who(s), rooms))

    async def _all_groups(self) -> list[RemoteGroup]:
        """Every page, several at once, until one is not full."""
        found: dict[str, RemoteGroup] = {}
        first = 1
        while True:
            numbers = list(range(first, first + AT_ONCE)) if first > 1 else [1]
            pages = await self._each(numbers, self._page)
            found |= {group.id: group for page in pages for group in page}
            if any(len(page) < PAGE for page in pages):
                return list(found.values())
            first = numbers[-1] + 1

    async def _page(self, number: int) -> list[RemoteGroup]:
        return await self._patience.ask(lambda: self._groupme.groups_page(number))

    async def _look(self, address: str) -> RemoteGroup | None:
        try:
            group_id = group_id_of(address) or ""
            return await self._patience.ask(lambda: self._groupme.group(group_id))
        except GroupMeError as error:
            if error.is_refusal and error.status != 401:
                return None
            raise

    async def _tie(self, who: Who, run: Run) -> None:
        for part in _chunks(run.plan.ties):
            ties = [(group.id, room) for group, room in part]
            run.changed.update(await self._tie_all(who, ties))

    async def _tie_all(self, who: Who, ties: Sequence[tuple[int, RemoteRoom]]) -> list[str]:
        now = self._ground.clock()
        return await self._ground.database.write(
            lambda s: tie_rooms(s, who(s), platform=PLATFORM, ties=ties, now=now)
        )

    async def _share(self, run: Run) -> None:
        """Turn sharing on where it is off. Only an admin of the group may."""

        async def share(group: RemoteGroup) -> None:
            try:
                shared = await self._patience.ask(lambda: self._groupme.share(group.id))
            except GroupMeError as error:
                if not error.is_refusal or error.status == 401:
                    raise
                run.unshared.add(group.name)
                return
            address = room_address(group.id)
            run.remote[address] = shared
            (run.changed if shared.share_url else run.unshared).add(group.name)

        ours = _addresses(run.plan)
        closed = [one for at, one in run.remote.items() if at in ours and one.share_url is None]
        await self._each(closed, share)

    async def _refresh(self, run: Run) -> None:
        ours = _addresses(run.plan)
        rooms = [remote_room(group) for at, group in run.remote.items() if at in ours]
        for part in _chunks(rooms):
            renew = partial(refresh_rooms, platform=PLATFORM, rooms=part)
            run.changed.update(await self._ground.database.write(renew))

    async def _settle_bots(self, run: Run) -> None:
        """Each of our rooms has a bot of ours, since only a bot hears what is said there."""
        ours = _addresses(run.plan)
        bots = await self._patience.ask(self._groupme.bots)
        url = self._voice.callback_url
        here = {bot.group_id: bot.bot_id for bot in bots if bot.callback_url == url}

        async def settle(group: RemoteGroup) -> None:
            made = await self._voice.create_bot(group.id)
            if made is not None:
                here[group.id] = made
                run.changed.add(group.name)

        without = [one for at, one in run.remote.items() if at in ours and one.id not in here]
        await self._each(without, settle)
        await self._voice.learn_all(here)

    async def _create(self, who: Who, group_id: int | None) -> None:
        """A room for the group, if GroupMe lets us make one. A refusal is remembered for good."""
        database, now = self._ground.database, self._ground.clock()
        group = await database.read(lambda s: s.get(Group, group_id))
        if group is None or await self._is_closed():
            return
        home = group.id
        try:
            made = await self._groupme.create_group(group.name)
        except GroupMeError as error:
            if not error.is_refusal or error.status == 401:
                raise
            reason = error.reason
            log.warning("GroupMe does not let us create groups", reason=reason)
            await database.write(
                lambda s: remember(
                    s, platform=PLATFORM, name=CLOSED_TO_CREATE, value=reason, now=now
                )
            )
            return
        await self._tie_all(who, [(home, remote_room(made))])

    async def _is_closed(self) -> bool:
        return await self._ground.database.read(
            lambda s: recall(s, platform=PLATFORM, name=CLOSED_TO_CREATE) is not None
        )

    async def _report(self, run: Run) -> Report:
        plan = run.plan
        return Report(
            rooms=len(run.remote),
            matched=len(plan.matched),
            changed=sorted(run.changed),
            missing=[Missing(group_id=one.id, group=one.name) for one in plan.missing],
            ambiguous=list(plan.ambiguous),
            near=[
                Near(
                    group_id=one.group.id,
                    group=one.group.name,
                    address=one.room.address,
                    room=one.room.title,
                    share_url=one.room.share_url,
                )
                for one in plan.near
            ],
            orphaned=[chat.title for chat in plan.orphaned],
            unshared=sorted(run.unshared),
            closed=await self._is_closed(),
            foreign=run.foreign,
        )

    async def _each(self, things: Sequence[T], act: Callable[[T], Awaitable[R]]) -> list[R]:
        """`act` on all things, AT_ONCE side by side. Raises what the first that failed raised."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(thing: T) -> R:
            async with gate:
                return await act(thing)

        tasks = [asyncio.create_task(one(thing)) for thing in things]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()


def operator(session: Session) -> None:
    """Whoever runs the program acts for nobody, and may do all."""


def _plan(session: Session, actor: Actor | None, rooms: Sequence[RemoteRoom]) -> tuple[Plan, int]:
    """With the number of rooms that are not the actor's to tie."""
    theirs = rooms_of(session, actor, rooms, platform=PLATFORM)
    plan = make_plan(holdings_of(session, actor, platform=PLATFORM), theirs)
    return plan, len(rooms) - len(theirs)


def _addresses(plan: Plan) -> set[str]:
    return {room.address for _, room in (*plan.matched, *plan.ties)}


def _chunks(things: Sequence[T]) -> Iterable[Sequence[T]]:
    return (things[at : at + CHUNK] for at in range(0, len(things), CHUNK))

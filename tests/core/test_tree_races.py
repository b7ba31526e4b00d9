"""Two admins who change the tree in the same moment: it stays a tree, and no deeper than it may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import CoreError
from core.groups import MAX_DEPTH, Group, Kind, depth_of
from core.groups.tree import create_group, move_group, plan_move
from tests.cast import Cast, Clock, Place, meet

pytestmark = pytest.mark.attack(29)
Verb = Callable[[Session], None]


class Start:
    """A line that units cross together. SQLite lets one unit write at a time: there is no line."""

    def __init__(self, cast: Cast, runners: int) -> None:
        self._waits = cast.database.engine.dialect.name == "postgresql"
        self._runners, self._ready = runners, set[int]()

    def __call__(self, session: Session, runner: int) -> None:
        self._ready.add(runner)
        _wait(session, lambda _: not self._waits or len(self._ready) == self._runners)


async def _at_once(cast: Cast, *verbs: Verb) -> list[str]:
    """The codes of the refusals, after all have run at the same time."""
    start = Start(cast, len(verbs))

    def run(number: int, verb: Verb) -> Awaitable[None]:
        def unit(s: Session) -> None:
            start(s, number)
            verb(s)

        return cast.write(unit)

    results = await asyncio.gather(
        *(run(number, verb) for number, verb in enumerate(verbs)), return_exceptions=True
    )
    assert all(result is None or isinstance(result, CoreError) for result in results), results
    return [result.code for result in results if isinstance(result, CoreError)]


def _moving(cast: Cast, group: Place, parent: Place) -> Verb:
    def verb(s: Session) -> None:
        # Read before the lock, as a command does that looks the names up.
        actor, moved, target = cast.alice(s), group(s), parent(s)
        move = plan_move(s, actor, group=moved, parent=target)
        move_group(s, actor, move=move, now=cast.now)

    return verb


def _founding(cast: Cast, name: str, parent: Place) -> Verb:
    def verb(s: Session) -> None:
        create_group(s, cast.alice(s), kind=Kind.TEAM, name=name, parent=parent(s), now=cast.now)

    return verb


async def _chain(cast: Cast, names: str) -> list[Place]:
    places: list[Place] = []
    for name in names:
        places.append(await cast.group(name, parent=places[-1] if places else None))
    return places


async def _roots(cast: Cast) -> int:
    return await cast.read(
        lambda s: len(s.scalars(select(Group.id).where(Group.parent_id.is_(None))).all())
    )


async def _depth(cast: Cast, place: Place) -> int:
    return await cast.read(lambda s: depth_of(s, place.id))


async def test_two_groups_that_move_below_each_other_make_no_cycle(cast: Cast) -> None:
    [a], [b] = await _chain(cast, "a"), await _chain(cast, "b")
    assert await _at_once(cast, _moving(cast, a, b), _moving(cast, b, a)) == ["move_cycle"]
    assert await _roots(cast) == 2


async def test_three_groups_that_move_in_a_ring_make_no_cycle(cast: Cast) -> None:
    a, b, c = [(await _chain(cast, name))[0] for name in "abc"]
    moves = (_moving(cast, a, b), _moving(cast, b, c), _moving(cast, c, a))
    assert await _at_once(cast, *moves) == ["move_cycle"]
    assert await _roots(cast) == 2


async def test_groups_deep_in_two_trees_that_cross_make_no_cycle(cast: Cast) -> None:
    a, b = await _chain(cast, "ab"), await _chain(cast, "kl")
    codes = await _at_once(cast, _moving(cast, a[0], b[1]), _moving(cast, b[0], a[1]))
    assert codes == ["move_cycle"]
    assert await _roots(cast) == 2


async def test_two_moves_do_not_add_up_to_a_tree_that_is_too_deep(cast: Cast) -> None:
    a, k, x = await _chain(cast, "abc"), await _chain(cast, "kl"), await _chain(cast, "xy")
    codes = await _at_once(cast, _moving(cast, k[0], a[2]), _moving(cast, x[0], k[1]))
    assert codes == ["too_deep"]
    assert max([await _depth(cast, k[1]), await _depth(cast, x[1])]) <= MAX_DEPTH


async def test_a_group_is_not_founded_too_deep_while_its_parent_moves_down(cast: Cast) -> None:
    a, k = await _chain(cast, "abcd"), await _chain(cast, "kl")
    codes = await _at_once(cast, _moving(cast, k[0], a[3]), _founding(cast, "m", k[1]))
    assert codes == ["too_deep"]


async def test_of_two_siblings_of_one_name_one_is_refused(cast: Cast) -> None:
    founding = [_founding(cast, name, cast.tigers) for name in ("Cubs", "cubs")]
    assert await _at_once(cast, *founding) == ["name_taken"]


async def test_a_name_is_not_taken_twice_by_a_move_and_a_founding(cast: Cast) -> None:
    [cubs] = [await cast.group("Cubs")]
    codes = await _at_once(
        cast, _moving(cast, cubs, cast.tigers), _founding(cast, "Cubs", cast.tigers)
    )
    assert codes == ["name_taken"]


async def test_a_root_that_was_moved_while_one_waited_for_it_is_not_the_one_to_lock(
    postgresql_database: Database, clock: Clock
) -> None:
    cast, done = await meet(postgresql_database, clock), set[str]()
    [r], [a, b], k = await _chain(cast, "r"), await _chain(cast, "ab"), await _chain(cast, "klm")

    def first(s: Session) -> None:
        _moving(cast, a, r)(s)
        done.add("moved")
        _wait(s, _somebody_waits)

    def second(s: Session) -> None:
        _wait(s, lambda _: "moved" in done)
        _founding(cast, "c", b)(s)
        done.add("founded")
        _wait(s, lambda s: "third" in done or _somebody_waits(s))

    def third(s: Session) -> None:
        _wait(s, lambda _: "founded" in done)
        _moving(cast, r, k[2])(s)
        done.add("third")

    assert await _at_once(cast, first, second, third) == ["too_deep"]


def _wait(session: Session, condition: Callable[[Session], bool]) -> None:
    """Let the others run until `condition` holds: each statement gives them a turn."""
    deadline = time.monotonic() + 10
    while not condition(session):
        assert time.monotonic() < deadline
        session.execute(text("SELECT 1"))


def _somebody_waits(session: Session) -> bool:
    """Whether a transaction of this database waits for the lock of another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(session.scalars(waiting).one())

"""`python -m tests.faults.crashing POINT …`: the bot, which kills itself at that point.

SIGKILL, as the kernel or a power cut would do it: nothing is closed, nothing is said. The product
knows nothing of this; its functions are wrapped from outside.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from sqlalchemy.orm import Session

import bot.app
import bot.broadcasting
import core.broadcasts.sending
import core.invites.redemptions
from bot import __main__ as command_line
from bot.channels.telegram import TelegramChannel
from bot.intake import Intake
from bot.paces import PACES
from bot.platforms.telegram import platform, poll
from bot.platforms.telegram.platform import TelegramPlatform
from bot.worker import OutboxJob
from core import inbox, outbox
from core.facts import Fact
from core.inbox import Arrival

FULL_BATCH = 100


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody outlives SIGKILL")


def wrap(owner: object, name: str, around: Callable[[Any], Any]) -> None:
    """Put what `around` makes of a function in its place."""
    setattr(owner, name, around(getattr(owner, name)))


def after_commit() -> None:
    """The change and its fact are committed, and no delivery is claimed."""
    wrap(OutboxJob, "_on_commit", lambda original: _dying_of(outbox.TOPIC, original))


def before_send() -> None:
    """The delivery is claimed, and nothing is sent."""

    def around(_: object) -> Callable[..., Awaitable[object]]:
        async def send(*_: Any) -> object:
            die()

        return send

    wrap(TelegramChannel, "send", around)


def after_send() -> None:
    """The message is sent, and that is not written down."""

    def around(original: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def send(*args: Any) -> object:
            await original(*args)
            die()

        return send

    wrap(TelegramChannel, "send", around)


def before_answer() -> None:
    """What was asked for is done, and who tapped is not told."""

    def around(_: object) -> Callable[..., Awaitable[object]]:
        async def answer(*_: Any) -> object:
            die()

        return answer

    wrap(platform, "answer_tap", around)


def after_answer() -> None:
    """Who tapped is told, and that is not written down."""

    def around(original: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def answer(*args: Any) -> object:
            await original(*args)
            die()

        return answer

    wrap(platform, "answer_tap", around)


def in_transaction() -> None:
    """All that an accept changes is written, the fact too, and not committed."""

    def around(original: Callable[..., None]) -> Callable[..., None]:
        def record(session: Session, fact: Fact, **options: Any) -> None:
            original(session, fact, **options)
            session.flush()
            die()

        return record

    wrap(core.invites.redemptions, "record", around)


def batch_fetched() -> None:
    """A hundred updates are fetched, and none is kept."""

    def around(original: Callable[..., int]) -> Callable[..., int]:
        def keep(session: Session, arrivals: list[Arrival], **options: Any) -> int:
            return die() if len(arrivals) == FULL_BATCH else original(session, arrivals, **options)

        return keep

    wrap(poll, "keep", around)


def batch_kept() -> None:
    """A hundred updates are kept, and none is handled or confirmed."""
    wrap(Intake, "_on_commit", lambda original: _dying_of(inbox.TOPIC, original))


def batch_half_handled() -> None:
    """Of a hundred updates about fifty are handled."""
    handled: list[bool] = []

    def around(original: Callable[..., Awaitable[bool]]) -> Callable[..., Awaitable[bool]]:
        async def handle(*args: Any) -> bool:
            if len(handled) >= FULL_BATCH // 2:
                die()
            handled.append(await original(*args))
            return handled[-1]

        return handle

    wrap(TelegramPlatform, "handle", around)


def in_second_batch() -> None:
    """Of a broadcast one small batch is committed; the second is written, and not committed."""

    def around(original: Callable[..., object]) -> Callable[..., object]:
        def expand(*args: Any, **options: Any) -> object:
            found = original(*args, **options)
            batches.append(found)
            return die() if len(batches) == 2 else found

        return expand

    batches: list[object] = []
    _small_batches()
    wrap(bot.broadcasting, "expand_next", around)


def after_first_batch() -> None:
    """Of a broadcast one small batch is committed, and the next has not begun."""

    def around(original: Callable[..., object]) -> Callable[..., object]:
        def expand(*args: Any, **options: Any) -> object:
            batches.append(True)
            return die() if len(batches) == 2 else original(*args, **options)

        return expand

    batches: list[bool] = []
    _small_batches()
    wrap(bot.broadcasting, "expand_next", around)


def _small_batches() -> None:
    """It does not die; it makes a broadcast into messages by fives, of which none comes through."""

    async def send(*_: Any) -> object:
        return await asyncio.Event().wait()

    core.broadcasts.sending.AT_ONCE = 5
    wrap(TelegramChannel, "send", lambda _: send)


def _dying_of(topic: str, original: Callable[..., None]) -> Callable[..., None]:
    def heard(listener: object, topics: frozenset[str]) -> None:
        if topic in topics:
            die()
        original(listener, topics)

    return heard


def unpaced() -> None:
    """It does not die; it sends as fast as it can, whatever the platform allows."""
    PACES.clear()


def impatient() -> None:
    """It does not die; when it is to stop, it waits for one second only."""
    bot.app.STOP_PATIENCE_S = 1.0


POINTS = {
    point.__name__: point
    for point in (
        after_commit,
        before_send,
        after_send,
        before_answer,
        after_answer,
        in_transaction,
        batch_fetched,
        batch_kept,
        batch_half_handled,
        in_second_batch,
        after_first_batch,
        unpaced,
        impatient,
    )
}

if __name__ == "__main__":
    POINTS[sys.argv.pop(1)]()
    sys.exit(command_line.main())

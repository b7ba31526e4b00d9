"""The instructions at which a bot may be killed, each the n-th time that it comes there.

Unlike `crashing`, which stages one fault, this runs the program as it is until the blow.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import bot.books
import bot.worker
import core.invites.redemptions
from bot.channels.telegram import TelegramChannel
from bot.intake import Intake
from bot.platforms.telegram import platform, poll
from bot.platforms.telegram.platform import TelegramPlatform
from bot.worker import OutboxJob
from core.deliveries import claims
from tests.faults.crashing import die, wrap

Countdown = Callable[[], None]


def before(owner: object, name: str) -> Callable[[Countdown], None]:
    """On the way in."""
    return lambda tick: wrap(owner, name, lambda original: _around(original, first=tick))


def after(owner: object, name: str) -> Callable[[Countdown], None]:
    """On the way out."""
    return lambda tick: wrap(owner, name, lambda original: _around(original, last=tick))


POINTS: dict[str, Callable[[Countdown], None]] = {
    "updates are fetched": before(poll, "keep"),
    "updates are written and not committed": after(poll, "keep"),
    "updates are kept": before(Intake, "_on_commit"),
    "an update is taken": before(TelegramPlatform, "handle"),
    "an accept is written and not committed": after(core.invites.redemptions, "record"),
    "something is committed": before(OutboxJob, "_on_commit"),
    "an answer is due": before(platform, "answer_tap"),
    "an answer is given": after(platform, "answer_tap"),
    "a fact is fanned out and not committed": after(bot.worker, "fan_out"),
    "messages are claimed and not committed": after(claims, "claim_due"),
    "a message is claimed": before(TelegramChannel, "send"),
    "a message is sent": after(TelegramChannel, "send"),
    "outcomes are written and not committed": after(bot.books, "settle"),
}


def arm(point: str, times: int) -> None:
    """Have this process die when it comes to `point` for the `times`-th time."""
    left = [times]

    def tick() -> None:
        left[0] -= 1
        if left[0] <= 0:
            die()

    POINTS[point](tick)


def _around(
    original: Callable[..., Any], *, first: Countdown | None = None, last: Countdown | None = None
) -> Callable[..., Any]:
    def tell(tick: Countdown | None) -> None:
        if tick is not None:
            tick()

    def plain(*args: Any, **options: Any) -> Any:
        tell(first)
        result = original(*args, **options)
        tell(last)
        return result

    async def awaited(*args: Any, **options: Any) -> Any:
        tell(first)
        result = await original(*args, **options)
        tell(last)
        return result

    return awaited if inspect.iscoroutinefunction(original) else plain

"""A crowd's messages against limits that are kept as Telegram keeps them, in made-up time."""

from __future__ import annotations

from benchmarks.table import Row, at_least
from bot.paces import PACES
from core.deliveries import Lane
from tests.bot.paced import Race, a_claim

LATENCY_S = 0.02


async def pacing(*, crowd: int) -> list[Row]:
    """One message for each person; nothing here waits, the clock is turned on."""
    race = Race(latency_s=LATENCY_S)
    race.run(a_claim(number, 1_000 + number, Lane.BULK) for number in range(crowd))
    window = PACES["telegram"].overall
    assert window is not None
    share = crowd / max(race.sent.values()) / (window.most / window.seconds)
    return [
        at_least(
            f"{crowd} messages at {window.most} in {window.seconds:g} s, {LATENCY_S * 1000:g} ms"
            " each way, in made-up time",
            share if not race.refused else 0.0,
            f"{share:.1%} of what is allowed, refused: {race.refused}",
            limit=0.97,
        )
    ]

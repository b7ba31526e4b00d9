"""Meta's limits as they are emulated, and that what we pace never meets them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bot.lines import Line
from bot.paces import PACES
from bot.pacing import Pacer
from bot.sandbox.telegram.changes import Changes
from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.limits import Limits
from bot.sandbox.whatsapp.world import World
from core.deliveries.claims import Claim
from tests.bot.paced import Race, a_claim

DANA, ERIN = "12025550101", "12025550102"


@dataclass
class Meta:
    """The limits, and a clock that stands still."""

    now: float = 1_000.0
    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(lambda: self.now, lambda: True)

    def sends(self, number: str) -> int:
        """The code of the refusal, or 0."""
        try:
            self.limits.take(number)
        except Refusal as refusal:
            return refusal.code
        return 0


def test_45_at_once_go_to_one_person_and_then_one_in_six_seconds() -> None:
    meta = Meta()
    assert [meta.sends(DANA) for _ in range(46)] == [0] * 45 + [131056]
    assert meta.sends(ERIN) == 0
    meta.now += 5.9
    assert meta.sends(DANA) == 131056
    meta.now += 0.1
    assert [meta.sends(DANA) for _ in range(2)] == [0, 131056]


def test_80_a_second_pass_in_both_directions_together() -> None:
    meta = Meta()
    for _ in range(10):
        meta.limits.heard()
    assert [meta.sends(str(number)) for number in range(71)] == [0] * 70 + [130429]
    meta.now += 1.0
    assert meta.sends(DANA) == 0


def test_they_are_kept_to_when_they_are_switched_on() -> None:
    is_on = False
    world = World(lambda: 1_000.0, Changes(), 0, lambda: is_on)
    account = world.find("Dana")
    world.write(account.number, "Hello")
    text = {"type": "text", "text": {"body": "Hi"}}
    for _ in range(50):
        world.deliver(account, "text", text)
    is_on = True
    for _ in range(45):
        world.deliver(account, "text", text)
    with pytest.raises(Refusal) as caught:
        world.deliver(account, "text", text)
    assert caught.value.code == 131056
    world.reset()
    world.write(account.number, "Hello")
    world.deliver(world.find("Dana"), "text", text)


@dataclass
class WhatsAppRace(Race):
    """The same race against Meta's limits."""

    line: Line = field(default_factory=lambda: Line(Pacer(PACES["whatsapp"])))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.meta = Limits(lambda: self.now, lambda: True)

    def _refuses(self, claim: Claim) -> bool:
        try:
            self.meta.take(claim.address)
        except Refusal:
            return True
        return False


@pytest.mark.fault(54)
def test_a_crowd_is_written_to_without_one_refusal() -> None:
    race = WhatsAppRace()
    race.run(a_claim(number, number) for number in range(1, 1001))
    assert (len(race.sent), race.refused) == (1000, 0)
    assert race.now < 20, "80 a second, but for what is on its way"


@pytest.mark.fault(54)
def test_one_person_is_written_to_once_in_six_seconds_and_holds_up_nobody() -> None:
    race = WhatsAppRace()
    race.run([*(a_claim(number, 1) for number in range(60)), a_claim(99, 2)])
    assert race.refused == 0
    assert race.sent[99] < 1.0
    gaps = sorted(race.sent[number] for number in range(60))
    assert all(later - sooner >= 6.0 for sooner, later in pairwise(gaps))

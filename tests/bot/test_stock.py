"""Claims in hand: who goes first, and which of them may be somebody else's by now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import pacing
from bot.paces import Pace
from bot.pacing import Pacing
from bot.stock import DOUBT_AFTER_S, Stock
from core.deliveries import DeliveryStatus, Lane
from core.deliveries.claims import Claim, Told
from core.deliveries.settlements import sent
from tests.cast import NOW


def a_claim(id_: int, lane: Lane = Lane.PROMPT, *, lost: int = 0, to: str = "") -> Claim:
    told = Told("member.joined", {}, None)
    return Claim(id_, "token", "telegram", to or str(-id_), "welcome", lane, 1, lost, told)


class Ticks:
    """What the clock shows, in seconds."""

    shown = 0.0

    def __call__(self) -> float:
        return self.shown


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def claims(ticks: Ticks) -> Stock:
    """One message to each chat in 10 seconds."""
    return Stock(lambda: NOW, Pacing({"telegram": Pace(gap_s=10.0)}, ticks))


def all_of(claims: Stock) -> list[int]:
    """All that may leave now."""
    return [claim.id for claim in iter(claims.next, None)]


def test_what_somebody_waits_for_overtakes_what_goes_to_a_crowd(claims: Stock) -> None:
    claims.add([a_claim(1, Lane.BULK), a_claim(2, Lane.BULK)])
    claims.add([a_claim(3), a_claim(4)])
    assert all_of(claims) == [3, 4, 1, 2]


def test_a_claim_is_in_hand_until_its_outcome_is_taken(claims: Stock) -> None:
    claims.add([a_claim(1), a_claim(2)])
    one = claims.next()
    assert one is not None
    assert (claims.size, sorted(claims.ids())) == (2, [1, 2])
    claims.finish(sent(one, provider_id=None, now=NOW))
    assert (claims.size, sorted(claims.ids())) == (1, [1, 2])
    claims.take_outcomes()
    assert claims.ids() == [2]


@pytest.mark.fault(8)
def test_a_claim_that_was_held_for_long_is_not_sent_unasked(claims: Stock, ticks: Ticks) -> None:
    claims.add([a_claim(1), a_claim(2)])
    ticks.shown = DOUBT_AFTER_S + 1
    assert (claims.next(), claims.in_doubt) == (None, True)
    gone = claims.confirm(claims.claims(), {2})
    assert [claim.id for claim in gone] == [1]
    assert (all_of(claims), claims.in_doubt) == ([2], False)


def test_what_was_not_begun_can_be_given_back(claims: Stock) -> None:
    claims.add([a_claim(1), a_claim(2, lost=1)])
    assert claims.holds_suspect()
    claims.next()
    claims.empty()
    (given,) = claims.take_outcomes()
    assert (given.claim.id, given.status, given.refunded) == (2, DeliveryStatus.PENDING, 1)
    assert (claims.next(), claims.holds_suspect()) == (None, False)


def test_who_has_to_wait_for_long_waits_in_the_database(claims: Stock) -> None:
    claims.add([a_claim(1)])
    one = claims.next()
    assert one is not None
    claims.finish(sent(one, provider_id=None, now=NOW))
    claims.take_outcomes()
    claims.add([a_claim(2, to="-1")])
    assert claims.next() is None
    (late,) = claims.take_outcomes()
    assert late.due_at == NOW + timedelta(seconds=10)


def test_who_has_to_wait_for_a_moment_is_passed_over(claims: Stock, ticks: Ticks) -> None:
    claims.add([a_claim(1)])
    one = claims.next()
    assert one is not None
    claims.finish(sent(one, provider_id=None, now=NOW))
    ticks.shown = 6.0
    claims.add([a_claim(2, to="-1"), a_claim(3)])
    assert (all_of(claims), claims.wait()) == ([3], 4.0)
    ticks.shown = 10.0
    assert all_of(claims) == [2]


def test_time_passes_while_the_machine_sleeps() -> None:
    assert pacing.ticks() <= pacing.ticks()

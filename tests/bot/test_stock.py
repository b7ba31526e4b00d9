"""Claims in hand: who goes first, and which of them may be somebody else's by now."""

from __future__ import annotations

import pytest

from bot import stock
from bot.stock import DOUBT_AFTER_S, Stock
from core.claims import Claim, Told
from core.deliveries import Lane
from core.settlements import sent
from tests.cast import NOW


def a_claim(id_: int, lane: Lane = Lane.PROMPT, *, lost: int = 0) -> Claim:
    told = Told("member.joined", {}, None, NOW)
    return Claim(id_, "token", "telegram", str(-id_), "welcome", lane, 1, lost, told)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock shows: change the only entry."""
    shown = [0.0]
    monkeypatch.setattr(stock, "ticks", lambda: shown[0])
    return shown


def test_what_somebody_waits_for_overtakes_what_goes_to_a_crowd() -> None:
    claims = Stock()
    claims.add([a_claim(1, Lane.BULK), a_claim(2, Lane.BULK)])
    claims.add([a_claim(3), a_claim(4)])
    assert [claim.id for claim in iter(claims.next, None)] == [3, 4, 1, 2]


def test_a_claim_is_in_hand_until_its_outcome_is_taken() -> None:
    claims = Stock()
    claims.add([a_claim(1), a_claim(2)])
    one = claims.next()
    assert one is not None
    assert (claims.size, sorted(claims.ids())) == (2, [1, 2])
    claims.finish(sent(one, provider_id=None, now=NOW))
    assert (claims.size, sorted(claims.ids())) == (1, [1, 2])
    claims.take_outcomes()
    assert claims.ids() == [2]


@pytest.mark.fault(8)
def test_a_claim_that_was_held_for_long_is_not_sent_unasked(ticks: list[float]) -> None:
    claims = Stock()
    claims.add([a_claim(1), a_claim(2)])
    ticks[0] = DOUBT_AFTER_S + 1
    assert claims.next() is None
    gone = claims.confirm(claims.claims(), {2})
    assert [claim.id for claim in gone] == [1]
    assert [claim.id for claim in iter(claims.next, None)] == [2]


def test_what_was_not_begun_can_be_given_away() -> None:
    claims = Stock()
    claims.add([a_claim(1), a_claim(2, lost=1)])
    assert claims.holds_suspect()
    claims.next()
    assert [claim.id for claim in claims.empty()] == [2]
    assert (claims.next(), claims.holds_suspect()) == (None, False)


def test_time_passes_while_the_machine_sleeps() -> None:
    assert stock.ticks() <= stock.ticks()

"""What a failed send means."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from core.deliveries.errors import DeliveryError
from core.deliveries.retry import RetryPolicy, Verdict

EVEN = RetryPolicy(jitter=0.0)


@pytest.mark.parametrize(
    ("error", "attempts", "verdict"),
    [
        pytest.param(
            DeliveryError("429", retry_after_s=37), 1, Verdict("pending", timedelta(seconds=37), 1),
            marks=pytest.mark.fault(31), id="the platform named its time",
        ),
        pytest.param(
            DeliveryError("429", retry_after_s=37), 8, Verdict("pending", timedelta(seconds=37), 1),
            marks=pytest.mark.fault(31), id="even at the last try",
        ),
        pytest.param(
            DeliveryError("502"), 1, Verdict("pending", timedelta(minutes=1)),
            marks=pytest.mark.fault(32), id="no word on when: back off",
        ),
        pytest.param(
            DeliveryError("timed out", uncertain=True), 1, Verdict("uncertain"),
            marks=pytest.mark.fault(33), id="it may have arrived",
        ),
        pytest.param(
            DeliveryError("lost", uncertain=True, repeatable=True), 1,
            Verdict("pending", timedelta(minutes=1)),
            marks=pytest.mark.fault(57), id="it may have arrived, and a repeat is recognised",
        ),
        pytest.param(
            DeliveryError("lost", uncertain=True, repeatable=True), 8, Verdict("uncertain"),
            marks=pytest.mark.fault(57), id="nobody will ever tell",
        ),
        pytest.param(
            DeliveryError("5.7.1", permanent=True, ours=True), 1, Verdict("dead"),
            marks=pytest.mark.fault(56), id="somebody has to see to it",
        ),
        pytest.param(
            DeliveryError("no more mail", unwanted=True), 1, Verdict("cancelled"),
            id="they want to hear nothing",
        ),
        pytest.param(
            DeliveryError("refused"), 3, Verdict("pending", EVEN.delay(3)),
            marks=pytest.mark.fault(34), id="it was not sent",
        ),
        pytest.param(
            DeliveryError("400", permanent=True), 1, Verdict("failed"),
            marks=pytest.mark.fault(35), id="refused for good",
        ),
        pytest.param(
            DeliveryError("moved", moved_to="-1007"), 1, Verdict("pending", timedelta(), 1),
            marks=pytest.mark.fault(36), id="the room moved",
        ),
        pytest.param(
            DeliveryError("blocked", permanent=True, unreachable=True), 1, Verdict("failed"),
            marks=pytest.mark.fault(37), id="blocked by the person",
        ),
        pytest.param(
            DeliveryError("502"), 7, Verdict("pending", timedelta(hours=12)), id="the last wait"
        ),
        pytest.param(
            DeliveryError("502"), 8, Verdict("dead"), marks=pytest.mark.fault(13), id="given up"
        ),
        pytest.param(DeliveryError("502"), 9, Verdict("dead"), id="past the limit"),
    ],
)  # fmt: skip
def test_each_failure_has_its_verdict(
    error: DeliveryError, attempts: int, verdict: Verdict
) -> None:
    assert EVEN.judge(error, attempts=attempts) == verdict


@pytest.mark.fault(13)
def test_waits_grow_from_a_minute_to_twelve_hours() -> None:
    waits = [EVEN.delay(attempts) for attempts in range(1, 8)]
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=12))
    growths = [later / earlier for earlier, later in pairwise(waits)]
    assert all(growth == pytest.approx(growths[0], rel=1e-6) for growth in growths)


def test_a_wait_never_passes_the_longest() -> None:
    assert EVEN.delay(50) == timedelta(hours=12)


@pytest.mark.fault(14)
def test_ten_thousand_that_fail_together_come_back_apart() -> None:
    policy = RetryPolicy()
    failed = DeliveryError("502")
    waits = [policy.judge(failed, attempts=1).delay.total_seconds() for _ in range(10_000)]
    assert 48 <= min(waits) < 50
    assert 70 < max(waits) <= 72
    assert sum(waits) / len(waits) == pytest.approx(60, abs=1)


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_a_policy_of_few_tries_still_ends(attempts: int) -> None:
    policy = RetryPolicy(attempts=attempts, jitter=0.0)
    verdicts = [policy.judge(DeliveryError("502"), attempts=n).status for n in range(1, attempts)]
    assert verdicts == ["pending"] * (attempts - 1)
    assert policy.judge(DeliveryError("502"), attempts=attempts).status == "dead"

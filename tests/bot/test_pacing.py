"""As fast as the platform allows and no faster, against the sandbox's own limits."""

from __future__ import annotations

import math

import pytest

from bot.paces import PACES, PAID, Pace, Window
from bot.pacing import Pacer
from bot.sandbox.limits import Purse
from bot.senders import MOST as SENDERS
from core.deliveries import Lane
from tests.bot.paced import Race, a_claim

CROWD = 10_000


@pytest.mark.parametrize("latency_s", [0.0, 0.015, 0.2])
def test_a_crowd_is_told_without_a_single_429(latency_s: float) -> None:
    race = Race(latency_s)
    race.run(a_claim(n, n) for n in range(1, CROWD + 1))
    assert (len(race.sent), race.refused) == (CROWD, 0)
    if latency_s < 0.1:
        assert CROWD / race.now >= 0.97 * 30


def test_what_is_paid_for_leaves_a_thousand_a_second_without_a_single_429() -> None:
    race = Race(0.015, Purse(tenths=CROWD))
    assert race.line.pacer.overall is not None
    race.line.pacer.overall.widen(PAID)
    race.run(a_claim(n, n) for n in range(1, CROWD + 1))
    assert (len(race.sent), race.refused) == (CROWD, 0)
    assert CROWD / race.now >= 0.9 * 1000
    assert race.purse is not None
    assert 0 < race.purse.tenths < 0.1 * CROWD, "all but the free ones are paid for"


def test_a_room_gets_twenty_a_minute_without_a_single_429() -> None:
    race = Race()
    race.run(a_claim(n, -1) for n in range(1, 101))
    assert (len(race.sent), race.refused) == (100, 0)
    assert 4 * 60 <= race.now < 5 * 60


def test_one_chat_gets_one_a_second_without_a_single_429() -> None:
    race = Race()
    race.run(a_claim(n, 1) for n in range(1, 31))
    assert (len(race.sent), race.refused) == (30, 0)
    assert race.now < 31


def test_a_mixture_of_rooms_and_people_fills_what_is_allowed() -> None:
    race = Race()
    race.run(a_claim(n, n if n % 3 else -(n % 50) - 1) for n in range(1, 3001))
    assert (len(race.sent), race.refused) == (3000, 0)
    assert race.now < 3000 / 30 * 1.05


def test_a_crowd_delays_no_welcome_by_two_seconds() -> None:
    race = Race()
    race.run((a_claim(n, n, Lane.BULK) for n in range(1, CROWD + 1)), until_s=100)
    asked = race.now
    race.run([a_claim(CROWD + 1, -7)], until_s=asked + 10)
    assert race.sent[CROWD + 1] - asked < 2
    assert race.refused == 0


@pytest.fixture
def pacer() -> Pacer:
    return Pacer(Pace(Window(30, 1.0), gap_s=1.0, burst=2))


@pytest.mark.fault(31)
def test_a_429_stops_what_it_names_and_nothing_else(pacer: Pacer) -> None:
    pacer.stop("1", 37.0, now=0.0)
    assert pacer.wait_for("1", now=36.0) == 1.0
    assert (pacer.wait_for("2", now=0.0), pacer.wait(now=0.0)) == (0.0, 0.0)
    assert pacer.wait_for("1", now=37.0) == 0.0


@pytest.mark.fault(31)
def test_when_several_are_refused_at_once_the_channel_rests(pacer: Pacer) -> None:
    for address in ("1", "2"):
        pacer.stop(address, 10.0, now=0.0)
    assert pacer.wait(now=0.0) == 0.0
    pacer.stop("3", 10.0, now=1.0)
    assert pacer.wait(now=1.0) == 10.0


def test_what_others_send_with_the_same_token_counts_too(pacer: Pacer) -> None:
    for _ in range(30):
        pacer.count("1", now=0.0)
    assert pacer.wait(now=0.5) == 0.5
    assert pacer.wait_for("1", now=0.0) == 29.0


def test_a_message_under_way_holds_its_place_until_a_second_after_its_answer() -> None:
    pacer = Pacer(Pace(Window(1, 1.0)))
    pacer.begin("1", now=0.0)
    assert pacer.wait(now=50.0) == math.inf
    pacer.end("1", now=50.0)
    assert pacer.wait(now=50.25) == 0.75


def test_who_was_sent_to_long_ago_is_forgotten(
    pacer: Pacer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pacing.MOST_REMEMBERED", 10)
    for second in range(0, 1000, 2):
        pacer.count(str(second), now=float(second))
    assert len(pacer._known) <= 10


def test_a_platform_that_answers_nobody_keeps_some_senders_only() -> None:
    for name, pace in PACES.items():
        pacer, begun = Pacer(pace), 0
        while pacer.wait(now=0.0) == 0.0:
            pacer.begin(str(begun), now=0.0)
            begun += 1
        assert begun <= SENDERS / 2, name
        assert pacer.wait(now=1000.0) == math.inf, "until one of them is answered"
    most = [pace.at_once or 0 for pace in PACES.values()]
    assert sum(most) < SENDERS, "nobody waits for another channel"


def test_mail_leaves_at_the_pace_of_a_hosted_server() -> None:
    pacer = Pacer(PACES["email"])
    for number in range(10):
        pacer.count(f"{number}@x.org", now=0.0)
    assert (pacer.wait(now=0.5), pacer.wait(now=1.0)) == (0.5, 0.0)


def test_one_person_hears_by_whatsapp_once_in_six_seconds() -> None:
    pacer = Pacer(PACES["whatsapp"])
    pacer.count("+15550100", now=0.0)
    assert pacer.wait_for("+15550100", now=0.0) == 6.0
    assert (pacer.wait_for("+15550101", now=0.0), pacer.wait(now=0.0)) == (0.0, 0.0)
    for number in range(79):
        pacer.count(str(number), now=0.0)
    assert pacer.wait(now=0.0) == 1.0


def test_a_channel_without_limits_waits_for_nothing() -> None:
    pacer = Pacer(Pace())
    for _ in range(1000):
        pacer.begin("1", now=0.0)
    assert (pacer.wait(now=0.0), pacer.wait_for("1", now=0.0)) == (0.0, 0.0)

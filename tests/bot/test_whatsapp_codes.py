"""Each of WhatsApp's codes means what its table says, whichever way it comes."""

from __future__ import annotations

import pytest

from bot.whatsapp_api import WhatsAppError
from bot.whatsapp_codes import HALT_S, SPAM_S, WITHHELD_S, delivery_error

AGAIN = (1, 2, 131000, 131016, 135000, 131052, 131053)
HALT = (0, 3, 10, 190, 200, 250, 299, 131005, 131031, 131042, 131045, 368, 130497)
SLOWER = (4, 80007, 130429, 131057)
NEVER = (33, 100, 131008, 131009, 131021, 131051, 131062, 131063)
TEMPLATES = (132000, 132001, 132005, 132007, 132012, 132016)
OTHERWISE = (131030, 130472, 131050, 131047)


def refused(code: int | None, **more: int | bool) -> WhatsAppError:
    return WhatsAppError("no", code=code, sent=False, **({"status": 400} | more))  # type: ignore[arg-type]


@pytest.mark.fault(54)
@pytest.mark.parametrize(
    ("codes", "why"),
    [
        (AGAIN, "trouble"),
        ((*HALT, *SLOWER, 131056, 131048, 131064, 131049, 132015), "wait"),
        ((*NEVER, *TEMPLATES, 137000), "refused"),
        (OTHERWISE, "refused"),
        ((131026,), "unreachable"),
    ],
)
def test_each_code_has_its_class(codes: tuple[int, ...], why: str) -> None:
    assert {delivery_error(refused(code)).why for code in codes} == {why}


@pytest.mark.fault(54)
@pytest.mark.parametrize("code", OTHERWISE)
def test_who_may_be_reached_otherwise_keeps_their_address(code: int) -> None:
    error = delivery_error(refused(code))
    assert (error.elsewhere, error.unreachable, error.permanent) == (True, False, True)


@pytest.mark.fault(54)
def test_the_http_status_does_not_decide() -> None:
    assert delivery_error(refused(131056, status=400)).retry_after_s == 1.0
    assert delivery_error(refused(131056, status=429)).retry_after_s == 1.0
    assert delivery_error(refused(131026, status=500)).unreachable


def test_the_pair_limit_waits_longer_each_time_and_not_for_ever() -> None:
    waits = [delivery_error(refused(131056), pair_tries=n).retry_after_s for n in (0, 1, 2, 99)]
    assert waits == [1.0, 4.0, 16.0, 4.0**7]


@pytest.mark.parametrize(("code", "wait_s"), [(190, HALT_S), (131048, SPAM_S)])
def test_long_pauses_are_named(code: int, wait_s: float) -> None:
    assert delivery_error(refused(code)).retry_after_s == wait_s


def test_what_is_withheld_waits_a_day_and_stops_nobody_else() -> None:
    error = delivery_error(refused(131049))
    assert (error.delay_s, error.retry_after_s) == (WITHHELD_S, None)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (WhatsAppError("silence"), "uncertain"),
        (WhatsAppError("no connection", sent=False), "trouble"),
        (refused(None, status=502), "trouble"),
        (refused(None), "refused"),
        (refused(999_999), "refused"),
        (refused(999_999, transient=True), "trouble"),
    ],
)
def test_without_a_code_that_is_known(error: WhatsAppError, why: str) -> None:
    assert delivery_error(error).why == why

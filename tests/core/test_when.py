"""Dates and times as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.when import read_when, to_utc

# A Friday, 19:30 in Berlin.
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def read(text: str, zone: str = BERLIN, now: datetime = NOW) -> str:
    return f"{read_when(text, zone=zone, now=now):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-05 18:30", "2026-12-05 17:30"),
        ("2026-12-05T18:30", "2026-12-05 17:30"),
        ("sat 19:00", "2026-11-21 18:00"),
        ("Saturday, 7pm", "2026-11-21 18:00"),
        ("at 7 pm on saturday", "2026-11-21 18:00"),
        ("fri 20:00", "2026-11-20 19:00"),
        ("fri 19:00", "2026-11-27 18:00"),
        ("tomorrow 8am", "2026-11-21 07:00"),
        ("today 21:15", "2026-11-20 20:15"),
        ("21:15", "2026-11-20 20:15"),
        ("9:00", "2026-11-21 08:00"),
        ("5 dec 18:30", "2026-12-05 17:30"),
        ("December 5th, 6:30pm", "2026-12-05 17:30"),
        ("5.12.2026 18:30", "2026-12-05 17:30"),
        ("5.12. 18.30", "2026-12-05 17:30"),
        ("5 jan 18:30", "2027-01-05 17:30"),
        ("5 jul 2027 18:30", "2027-07-05 16:30"),
        ("29 feb 12:00", "2028-02-29 11:00"),
        ("sat 5 dec noon", "2026-12-05 11:00"),
        ("tue 12am", "2026-11-23 23:00"),
    ],
)
def test_what_people_write_is_read(text: str, utc: str) -> None:
    assert read(text) == utc


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "when_without_hour"),
        ("whenever", "when_unreadable"),
        ("sat", "when_without_hour"),
        ("sat 19", "when_unreadable"),
        ("sat 25:00", "when_unreadable"),
        ("sat 13pm", "when_unreadable"),
        ("31 feb 12:00", "when_unreadable"),
        ("12/5 18:30", "when_ambiguous"),
        ("12/05/2026 18:30", "when_ambiguous"),
        ("today 19:00", "when_over"),
        ("2026-11-20 19:30", "when_over"),
        ("2020-01-01 12:00", "when_over"),
        ("2126-01-01 12:00", "when_too_far"),
        ("sun 5 dec 2026 18:30", "when_other_weekday"),
    ],
)
def test_what_is_unclear_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(text)
    assert refusal.value.code == code


@pytest.mark.attack(57)
def test_an_hour_that_the_clocks_skip_is_refused_with_another() -> None:
    with pytest.raises(Invalid) as refusal:
        read("2027-03-28 02:30")
    assert (refusal.value.code, refusal.value.fields["instead"]) == ("when_skipped", "03:30")


@pytest.mark.attack(57)
def test_of_an_hour_that_the_clocks_repeat_the_first_is_meant() -> None:
    assert read("2027-10-31 02:30") == "2027-10-31 00:30"


def test_a_zone_decides_what_is_meant() -> None:
    assert read("sat 19:00", "America/New_York") == "2026-11-22 00:00"


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert read_when(text, zone=BERLIN, now=NOW) > NOW


@given(st.integers(0, 10 * 366 * 24 * 4))
def test_a_moment_is_read_back_from_its_wall_clock(quarter: int) -> None:
    moment = NOW + timedelta(minutes=15 * quarter)
    wall = moment.astimezone(ZoneInfo(BERLIN))
    if wall.fold == 0:
        assert to_utc(wall.replace(tzinfo=None), BERLIN) == moment

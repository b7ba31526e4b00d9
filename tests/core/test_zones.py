"""Zones as people write them."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from core.zones import COMMON, find_zone, get_zone, near_zones


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        (" UTC ", "UTC"),
        ("Atlantis", None),
        ("", None),
        ("../../etc/passwd", None),
        ("x" * 5000, None),
        ("\x00", None),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(written: str, zone: str | None) -> None:
    assert find_zone(written) == zone


@pytest.mark.parametrize(
    ("written", "near"), [("Europe/Berln", "Europe/Berlin"), ("Jerusalm", "Asia/Jerusalem")]
)
def test_a_slip_finds_its_neighbours(written: str, near: str) -> None:
    assert near in near_zones(written)
    assert len(near_zones(written)) <= 4


@pytest.mark.parametrize("written", ["", "zzzzzzzz", "x" * 5000, "\ud83d"])
def test_nonsense_is_near_nothing(written: str) -> None:
    assert near_zones(written) == []


def test_the_common_zones_exist() -> None:
    assert [get_zone(zone) for zone in COMMON] == list(COMMON)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="no_such_zone"):
        get_zone("Atlantis")

"""Spot: a place on the map, as people send it from their phones."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_M = 6_371_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Degrees (WGS 84), with what the place is called and its street, where somebody said so."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""

    @property
    def words(self) -> str:
        """`Hall 3, Main Street 5`; the degrees where it has no name."""
        named = ", ".join(filter(None, (self.title, self.address)))
        return named or f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def link(self) -> str:
        """Opens in the phone's own map."""
        return f"https://maps.google.com/?q={self.latitude:.6f},{self.longitude:.6f}"

    @property
    def is_on_earth(self) -> bool:
        return abs(self.latitude) <= 90 and abs(self.longitude) <= 180


def metres_between(one: Spot, other: Spot) -> float:
    """Along the surface, good enough to tell one street corner from another."""
    north = math.radians(other.latitude - one.latitude)
    middle = math.radians((one.latitude + other.latitude) / 2)
    east = math.radians((other.longitude - one.longitude + 180) % 360 - 180) * math.cos(middle)
    return EARTH_M * math.hypot(north, east)

"""Spread: a series of samples, and how it is told."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """At least one sample, of any unit."""

    samples: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    def percentile(self, share: float) -> float:
        """The smallest sample that is no less than `share` of all: no made-up values between."""
        ordered = sorted(self.samples)
        return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

    def told(self, form: str, unit: str) -> str:
        """Median and extremes, such as `median 8.1 s (7.9 – 9.0)`."""
        low, high = min(self.samples), max(self.samples)
        return f"median {self.median:{form}} {unit} ({low:{form}} – {high:{form}})"

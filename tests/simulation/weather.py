"""The weather of a day: when a service is down, asks for patience, or answers too late."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.deliveries.errors import DeliveryError


@dataclass(frozen=True)
class Spell:
    """From one hour of the day to another, in hours, something is wrong."""

    begin: float
    end: float
    error: DeliveryError


SPELLS = (
    Spell(2.0, 3.2, DeliveryError("Bad Gateway")),
    Spell(7.5, 7.6, DeliveryError("Flood control", retry_after_s=37)),
    Spell(11.0, 11.5, DeliveryError("no connection")),
    Spell(18.0, 22.0, DeliveryError("Internal Server Error")),
)
UNCERTAIN = DeliveryError("no answer in time", uncertain=True)
KICKED = DeliveryError("Forbidden: bot was kicked", permanent=True, unreachable=True)


@dataclass
class Weather:
    """What comes of a send. `kicked` are the rooms that we are out of."""

    midnight: datetime
    dice: random.Random
    kicked: set[str]
    clear: bool = False
    arrived: list[tuple[str, int]] = field(default_factory=list)

    def send(self, address: str, delivery_id: int, now: datetime) -> DeliveryError | None:
        """Takes it, and notes that it arrived; or says what went wrong."""
        hour = (now - self.midnight) / timedelta(hours=1)
        if address in self.kicked:
            return KICKED
        if not self.clear:
            for spell in SPELLS:
                if spell.begin <= hour < spell.end:
                    return spell.error
            if self.dice.random() < 0.001:
                self.arrived += [(address, delivery_id)] if self.dice.random() < 0.5 else []
                return UNCERTAIN
        self.arrived.append((address, delivery_id))
        return None

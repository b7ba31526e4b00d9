"""Seats for the many guests of a list: counted once, and given in the list's order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.events import Event
from core.guests import GuestStatus
from core.guests.seats import first_in_line, seats_left, settle_seats


class Seating:
    """Under the event's lock, for as long as nobody else takes or frees seats."""

    def __init__(self, session: Session, event: Event, now: datetime) -> None:
        settle_seats(session, event, now=now)
        self._left = seats_left(session, event)
        self._waits = first_in_line(session, event) is not None
        self._now = now

    def place(
        self, said: Mapping[str, Any], event: Event, *, new: bool = False, held: int = 0
    ) -> dict[str, Any]:
        """The columns of how a guest stands, whom the list says to come: who finds no seats waits.

        `held` seats are kept for them already.
        """
        plus_ones, children = said.get("plus_ones", 0), said.get("children", 0)
        placed: dict[str, Any] = {}
        if plus_ones > event.plus_ones or new:
            placed["may_bring"] = plus_ones if plus_ones > event.plus_ones else None
        if "status" not in said and not new:
            return placed
        wanted = GuestStatus(said.get("status", GuestStatus.INVITED))
        status = self._seat(wanted, 1 + plus_ones + children - held)
        waits = status is GuestStatus.WAITLISTED
        answered = status is not GuestStatus.INVITED
        return placed | {
            "status": status,
            "answered_at": self._now if answered else None,
            "waiting_since": self._now if waits else None,
            "held_until": None,
        }

    def _seat(self, wanted: GuestStatus, party: int) -> GuestStatus:
        if wanted is not GuestStatus.CONFIRMED or self._left is None:
            return wanted
        # Who needs no more than is held for them overtakes nobody.
        if party <= 0 or (not self._waits and party <= self._left):
            self._left -= party
            return wanted
        self._waits = True
        return GuestStatus.WAITLISTED

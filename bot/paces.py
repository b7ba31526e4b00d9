"""Paces: what each platform allows, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` messages in any `seconds`."""

    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform allows: over all, to each destination one in `gap_s` seconds after a burst of
    `burst`, and to each room, which is told by how its address begins. No more than `at_once` are
    under way there: a platform that answers nobody must not keep all senders.
    """

    overall: Window | None = None
    gap_s: float = 0.0
    burst: int = 1
    room: Window | None = None
    room_prefix: str = "-"
    at_once: int | None = None

    @property
    def spacing_s(self) -> float:
        """How far apart the messages to a crowd are due."""
        return self.overall.seconds / self.overall.most if self.overall else 0.0


UNLIMITED = Pace()
# Telegram's `allow_paid_broadcast`: core.telegram.org/bots/api#sendmessage.
PAID = Window(1000, 1.0)
# Telegram: core.telegram.org/bots/faq, "My bot is hitting limits"; of the burst we leave one.
# WhatsApp: the Cloud API's throughput, and error 131056. Mail servers publish nothing: it is about
# what hosted ones let a new sender do. GroupMe and our groups' own servers count nothing either.
PACES: dict[str, Pace] = {
    "telegram": Pace(Window(30, 1.0), gap_s=1.0, burst=2, room=Window(20, 60.0), at_once=100),
    "whatsapp": Pace(Window(80, 1.0), gap_s=6.0, at_once=40),
    "email": Pace(Window(10, 1.0)),
    "groupme": Pace(at_once=20),
    "webhook": Pace(at_once=20),
}

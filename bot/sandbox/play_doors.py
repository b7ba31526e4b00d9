"""The doors of rooms: who asks to come in, and what an administrator does in Telegram's window."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.play_body import Body
from bot.sandbox.telegram import view
from bot.sandbox.telegram.world import World

ROOM = r"/play/rooms/{chat_id:-?\d+}"
REQUEST = ROOM + r"/requests/{user_id:\d+}"


@dataclass(frozen=True)
class Doors:
    """Actions of the play API."""

    world: World

    def actions(self) -> dict[str, Callable[[Body], Any]]:
        """By their paths."""
        return {
            f"{ROOM}/knock": self.knock,
            f"{REQUEST}/admit": self.admit,
            f"{REQUEST}/turn-away": self.turn_away,
        }

    def knock(self, body: Body) -> Any:
        return self.world.knock(body.number("chat_id"), body.number("user_id"))

    def admit(self, body: Body) -> Any:
        return self._decide(body, let_in=True)

    def turn_away(self, body: Body) -> Any:
        return self._decide(body, let_in=False)

    def _decide(self, body: Body, *, let_in: bool) -> Any:
        self.world.decide(body.number("chat_id"), body.number("user_id"), let_in=let_in)
        return view.chat(self.world, self.world.room(body.number("chat_id")))

"""The WhatsApp half of the play API: what its people do, and what Meta decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.sandbox.play import answering
from bot.sandbox.play_body import Body
from bot.sandbox.whatsapp import wire
from bot.sandbox.whatsapp.world import WINDOW_S, World

STATUSES = ("APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED")


@dataclass
class WhatsAppPlay:
    """JSON in, the created object out; 400 with a sentence for nonsense. Numbers are strings."""

    world: World

    def routes(self) -> list[web.RouteDef]:
        """All paths below /play/whatsapp."""
        actions: dict[str, Callable[[Body], Any]] = {
            "accounts": self.add_account,
            "messages": self.write,
            "taps": self.tap,
            "read": self.read,
            "wait": self.wait_a_day,
            "hide": self.hide_number,
            "gone": self.go,
            "templates": self.decide,
        }
        return [
            web.get("/play/whatsapp/state", self.state),
            *(web.post(f"/play/whatsapp/{name}", answering(act)) for name, act in actions.items()),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """The whole of this world."""
        world = self.world
        return web.json_response(
            {
                "accounts": [wire.shown_account(one) for one in world.accounts.values()],
                "messages": [wire.shown_message(one) for one in world.messages],
                "templates": [wire.template(one, at) for at, one in enumerate(world.templates)],
            }
        )

    def add_account(self, body: Body) -> Any:
        made = self.world.add_account(body.text("name"), body.maybe_text("number"))
        return wire.shown_account(made)

    def write(self, body: Body) -> Any:
        return wire.shown_message(self.world.write(body.text("number"), body.text("text")))

    def tap(self, body: Body) -> Any:
        tapped = self.world.tap(body.text("number"), body.text("message_id"), body.text("answer"))
        return wire.shown_message(tapped)

    def read(self, body: Body) -> Any:
        return {"read": self.world.read(body.text("number"))}

    def wait_a_day(self, body: Body) -> Any:
        """As if they had last written more than a day ago."""
        account = self.world.account(body.text("number"))
        account.wrote_at = self.world.now() - WINDOW_S - 1
        return wire.shown_account(account)

    def hide_number(self, body: Body) -> Any:
        account = self.world.account(body.text("number"))
        account.hides_number = body.flag("on", default=True)
        self.world.show(account)
        return wire.shown_account(account)

    def go(self, body: Body) -> Any:
        """Nothing reaches them from now on, or again."""
        account = self.world.account(body.text("number"))
        account.gone = body.flag("on", default=True)
        self.world.show(account)
        return wire.shown_account(account)

    def decide(self, body: Body) -> Any:
        """Meta changes its mind about a template, in all languages."""
        name, status = body.text("name"), body.text("status")
        if status not in STATUSES:
            raise ValueError(f"A status is one of {', '.join(STATUSES)}.")
        self.world.templates = [
            replace(one, status=status) if one.name == name else one for one in self.world.templates
        ]
        return {"name": name, "status": status}

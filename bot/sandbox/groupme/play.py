"""The GroupMe half of the play API: what its people do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.groupme import view
from bot.sandbox.groupme.errors import Refusal
from bot.sandbox.groupme.things import Group
from bot.sandbox.groupme.world import World
from bot.sandbox.play import answering
from bot.sandbox.play_body import Body


@dataclass
class GroupMePlay:
    """JSON in, the created object out; 400 with a sentence for nonsense. Ids are strings."""

    world: World

    def routes(self) -> list[web.RouteDef]:
        """All paths below /play/groupme."""
        actions: dict[str, Callable[[Body], Any]] = {
            "accounts": self.add_account,
            "groups": self.add_group,
            "posts": self.write,
            "direct": self.write_to_club,
            "join": self.join,
            "leave": self.leave,
            "share": self.share,
            "bots": self.add_bot,
            "apps": self.open_to_apps,
        }
        return [
            web.get("/play/groupme/state", self.state),
            *(web.post(f"/play/groupme/{name}", _playing(act)) for name, act in actions.items()),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """The whole of this world."""
        return web.json_response(view.everything(self.world))

    def add_account(self, body: Body) -> Any:
        return view.account(self.world.add_account(body.text("name")))

    def add_group(self, body: Body) -> Any:
        share = body.flag("share", default=False)
        group = self.world.add_group(body.text("name"), body.text("creator_id"), share=share)
        if body.flag("with_club", default=True):
            self.world.put_in(group, self.world.club, "admin")
        return view.group(self.world, group)

    def write(self, body: Body) -> Any:
        group = self._group(body)
        return view.post(self.world.write(body.text("user_id"), group.id, body.text("text")))

    def write_to_club(self, body: Body) -> Any:
        return view.direct(self.world.write_to_club(body.text("user_id"), body.text("text")))

    def join(self, body: Body) -> Any:
        group = self._group(body)
        self.world.join(body.text("user_id"), group.id)
        return view.group(self.world, group)

    def leave(self, body: Body) -> Any:
        group = self._group(body)
        self.world.leave(body.text("user_id"), group.id)
        return view.group(self.world, group)

    def share(self, body: Body) -> Any:
        group = self._group(body)
        return view.group(self.world, self.world.share(group.id, on=body.flag("on", default=True)))

    def add_bot(self, body: Body) -> Any:
        """As on GroupMe's page for developers."""
        bot = self.world.add_bot(
            body.text("group_id"), body.text("callback_url"), body.maybe_text("name") or "Usher"
        )
        return {"bot_id": bot.bot_id, "group_id": bot.group_id}

    def open_to_apps(self, body: Body) -> Any:
        """Whether apps may create groups and add members, as they once could."""
        self.world.open_to_apps = body.flag("open", default=True)
        return {"open": self.world.open_to_apps}

    def _group(self, body: Body) -> Group:
        return self.world.group(body.text("group_id"))


def _playing(act: Callable[[Body], Any]) -> Any:
    def told(body: Body) -> Any:
        try:
            return act(body)
        except Refusal as refusal:
            raise ValueError(f"GroupMe says {refusal.status}: {refusal}.") from refusal

    return answering(told)

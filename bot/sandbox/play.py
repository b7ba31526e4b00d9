"""The play API: what the page, acceptance scripts and benchmarks do as people."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.groupme.world import World as GroupMe
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits
from bot.sandbox.mail.mailbox import Mailbox
from bot.sandbox.play_body import Body
from bot.sandbox.play_doors import Doors
from bot.sandbox.play_faults import read_fault
from bot.sandbox.site import HEADERS
from bot.sandbox.stream import events
from bot.sandbox.telegram import view
from bot.sandbox.telegram.venues import Venue
from bot.sandbox.telegram.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SHOWABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass
class Play:
    """JSON in, the created object out; 400 with a sentence for nonsense."""

    world: World
    limits: Limits
    faults: Faults
    ledger: Ledger
    groupme: GroupMe
    mailbox: Mailbox
    on_reset: list[Callable[[], None]] = field(default_factory=list)

    def routes(self) -> list[web.RouteDef]:
        """All paths below /play."""
        actions: dict[str, Callable[[Body], Any]] = {
            "/play/people": self.add_person,
            "/play/rooms": self.add_room,
            r"/play/rooms/{chat_id:-?\d+}/members": self.add_member,
            r"/play/rooms/{chat_id:-?\d+}/members/{user_id:\d+}/remove": self.remove_member,
            r"/play/rooms/{chat_id:-?\d+}/members/{user_id:\d+}/ban": self.ban_member,
            r"/play/rooms/{chat_id:-?\d+}/bot": self.set_bot_status,
            r"/play/rooms/{chat_id:-?\d+}/migrate": self.migrate,
            "/play/messages": self.say,
            "/play/messages/edit": self.edit,
            "/play/messages/forward": self.forward,
            "/play/anonymous": self.say_anonymously,
            "/play/taps": self.tap,
            "/play/shares": self.share,
            "/play/numbers": self.show_number,
            "/play/contacts": self.share_contact,
            "/play/documents": self.attach,
            "/play/places": self.send_place,
            "/play/inline": self.ask_inline,
            "/play/inline/choose": self.choose_inline,
            "/play/inline/taps": self.tap_inline,
            "/play/start": self.press_start,
            "/play/links": self.open_link,
            "/play/block": self.block,
            "/play/unblock": self.unblock,
            "/play/limits": self.switch_limits,
            "/play/faults": self.add_fault,
            "/play/faults/clear": self.clear_faults,
            "/play/reset": self.reset,
            **Doors(self.world).actions(),
        }
        return [
            web.get("/play/state", self.state),
            web.get("/play/events", self.events),
            web.get("/play/ledger", self.all_accepted),
            web.get("/play/files/{id}", self.file),
            *(web.post(path, answering(act)) for path, act in actions.items()),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """The whole world."""
        shown = view.everything(self.world) | {"limits": self.limits.enabled}
        return web.json_response(shown)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Changes as they happen, as server-sent events."""
        return await events(request, self.world.changes)

    async def all_accepted(self, _request: web.Request) -> web.Response:
        """Every accepted call that changed something."""
        return web.json_response(self.ledger.entries)

    async def file(self, request: web.Request) -> web.Response:
        """A picture to show; anything else is offered for saving."""
        found = self.world.files.shown(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        showable = found.mime_type in SHOWABLE
        headers = HEADERS if showable else HEADERS | {"Content-Disposition": "attachment"}
        kind = found.mime_type if showable else "application/octet-stream"
        return web.Response(body=found.data, content_type=kind, headers=headers)

    def add_person(self, body: Body) -> Any:
        one = self.world.add_person(
            body.text("first_name"),
            last_name=body.maybe_text("last_name"),
            username=body.maybe_text("username"),
            language_code=body.maybe_text("language_code") or "en",
            label=body.maybe_text("label"),
        )
        return view.person(self.world, one)

    def add_room(self, body: Body) -> Any:
        room = self.world.add_room(
            body.text("title"),
            owner_id=body.number("owner_id"),
            kind=body.maybe_text("kind") or "supergroup",
            with_bot=body.flag("with_bot", default=True),
        )
        return view.chat(self.world, room)

    def add_member(self, body: Body) -> Any:
        status = body.maybe_text("status") or "member"
        rights = body.rights()
        self.world.add_member(body.number("chat_id"), body.number("user_id"), status, rights=rights)
        return self._room(body)

    def remove_member(self, body: Body) -> Any:
        by = body.maybe_number("by")
        self.world.remove_member(body.number("chat_id"), body.number("user_id"), by=by)
        return self._room(body)

    def ban_member(self, body: Body) -> Any:
        by = body.maybe_number("by")
        self.world.ban_member(body.number("chat_id"), body.number("user_id"), by=by)
        return self._room(body)

    def set_bot_status(self, body: Body) -> Any:
        self.world.set_bot_status(
            body.number("chat_id"), body.text("status"), body.rights(), body.maybe_number("by")
        )
        return self._room(body)

    def _room(self, body: Body) -> Any:
        return view.chat(self.world, self.world.room(body.number("chat_id")))

    def migrate(self, body: Body) -> Any:
        return view.chat(self.world, self.world.migrate(body.number("chat_id")))

    def say(self, body: Body) -> Any:
        said = self.world.say(
            body.number("user_id"),
            body.number("chat_id"),
            body.text("text"),
            body.maybe_number("reply_to"),
        )
        return view.message(self.world, said)

    def edit(self, body: Body) -> Any:
        edited = self.world.edit(
            body.number("user_id"),
            body.number("chat_id"),
            body.number("message_id"),
            body.text("text"),
        )
        return view.message(self.world, edited)

    def forward(self, body: Body) -> Any:
        passed_on = self.world.forward(
            body.number("user_id"),
            body.number("from_chat_id"),
            body.number("message_id"),
            body.number("to_chat_id"),
        )
        return view.message(self.world, passed_on)

    def say_anonymously(self, body: Body) -> Any:
        said = self.world.say_anonymously(body.number("chat_id"), body.text("text"))
        return view.message(self.world, said)

    def tap(self, body: Body) -> Any:
        number = self.world.tap(
            body.number("user_id"),
            body.number("chat_id"),
            body.number("message_id"),
            body.text("data"),
        )
        return {"callback_query_id": number}

    def share(self, body: Body) -> Any:
        shared = self.world.share(
            body.number("user_id"), body.number("request_id"), body.numbers("people")
        )
        return view.message(self.world, shared)

    def show_number(self, body: Body) -> Any:
        return view.message(self.world, self.world.show_number(body.number("user_id")))

    def share_contact(self, body: Body) -> Any:
        shared = self.world.share_contact(
            body.number("user_id"),
            body.text("name"),
            body.text("phone"),
            body.maybe_text("vcard"),
        )
        return view.message(self.world, shared)

    def attach(self, body: Body) -> Any:
        sent = self.world.attach(
            body.number("user_id"),
            body.number("chat_id"),
            name=body.text("file_name"),
            data=body.bytes("content"),
            caption=body.maybe_text("caption"),
        )
        return view.message(self.world, sent)

    def send_place(self, body: Body) -> Any:
        words = {name: body.maybe_text(name) or "" for name in ("title", "address")}
        venue = Venue(body.degrees("latitude", 90), body.degrees("longitude", 180), **words)
        ids = body.number("user_id"), body.number("chat_id")
        return view.message(
            self.world, self.world.send_place(*ids, venue, body.maybe_number("reply_to"))
        )

    def ask_inline(self, body: Body) -> Any:
        asked = self.world.ask_inline(body.number("user_id"), body.maybe_text("query") or "")
        return {"inline_query_id": asked}

    def choose_inline(self, body: Body) -> Any:
        posted = self.world.choose(
            body.number("user_id"),
            body.text("inline_query_id"),
            body.text("result_id"),
            body.number("chat_id"),
        )
        return view.message(self.world, posted)

    def tap_inline(self, body: Body) -> Any:
        number = self.world.tap_inline(
            body.number("user_id"), body.text("inline_message_id"), body.text("data")
        )
        return {"callback_query_id": number}

    def press_start(self, body: Body) -> Any:
        said = self.world.press_start(body.number("user_id"), body.maybe_text("payload"))
        return view.message(self.world, said)

    def open_link(self, body: Body) -> Any:
        return self.world.open_link(body.number("user_id"), body.text("url"))

    def block(self, body: Body) -> Any:
        self.world.block(body.number("user_id"))
        return view.person(self.world, self.world.person(body.number("user_id")))

    def unblock(self, body: Body) -> Any:
        self.world.unblock(body.number("user_id"))
        return view.person(self.world, self.world.person(body.number("user_id")))

    def switch_limits(self, body: Body) -> Any:
        self.limits.switch(enabled=body.flag("enabled", default=True))
        return {"enabled": self.limits.enabled}

    def add_fault(self, body: Body) -> Any:
        fault = read_fault(body)
        self.faults.add(fault)
        return {"method": fault.method, "times": fault.times}

    def clear_faults(self, _body: Body) -> Any:
        self.faults.clear()
        return {}

    def reset(self, _body: Body) -> Any:
        self.faults.clear()
        self.ledger.clear()
        self.limits.switch(enabled=False)
        self.groupme.reset()
        self.mailbox.clear()
        for begin_anew in self.on_reset:
            begin_anew()
        self.world.reset()
        return view.everything(self.world) | {"limits": self.limits.enabled}


def answering(act: Callable[[Body], Any]) -> Handler:
    """JSON in, what `act` made of it out; 400 with a sentence for what makes no sense."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            given = json.loads(await request.read() or b"{}")
            return web.json_response(act(Body.read(given, dict(request.match_info))))
        except (ValueError, RecursionError) as error:
            return web.json_response({"error": _sentence(error)}, status=400)

    return handle


def _sentence(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return "The body must be JSON."
    return str(error)

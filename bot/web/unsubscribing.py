"""/u/{token}: no more e-mail. To look changes nothing, since mail programs open links themselves;
a POST is enough, without cookies and without a question (RFC 8058), and works for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.texts import say
from bot.web.canvas import draw
from bot.web.front import Front
from bot.web.paging import paged
from bot.web.sheets import Form, Sheet
from bot.web.visitors import reader_of
from core.mail.mailboxes import Attitude, Mailbox, get_mailbox, resubscribe, unsubscribe


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        return self._draw(request, await self.front.look(lambda s: get_mailbox(s, token=token)))

    async def stop(self, request: web.Request) -> web.StreamResponse:
        token, now = request.match_info["token"], self.front.now()
        done = await self.front.do(lambda s: unsubscribe(s, token=token, now=now))
        return self._draw(request, done)

    async def start_again(self, request: web.Request) -> web.StreamResponse:
        token, now = request.match_info["token"], self.front.now()
        done = await self.front.do(lambda s: resubscribe(s, token=token, now=now))
        return self._draw(request, done)

    def _draw(self, request: web.Request, mailbox: Mailbox) -> web.Response:
        path = f"/u/{mailbox.token}"
        over = mailbox.attitude is Attitude.UNSUBSCRIBED
        return draw(_off(path) if over else _on(path), reader_of(request, self.front.reader))


def _on(path: str) -> Sheet:
    told = say("Nothing is lost by it: in chats and on pages all goes on as before.")
    return Sheet(
        say("No more e-mail?"),
        (say("I write to the address that this link was sent to."), told),
        ways=(Form(say("No more e-mail"), path),),
    )


def _off(path: str) -> Sheet:
    return Sheet(
        say("No more e-mail"),
        (say("I don’t write to this address any more."),),
        ways=(Form(say("Write to me again"), f"{path}/again", quiet=True),),
    )


def add_unsubscribing(service: web.Application, front: Front) -> None:
    pages = Unsubscribing(front)
    service.router.add_get("/u/{token}", paged(front, pages.show))
    service.router.add_post("/u/{token}", paged(front, pages.stop))
    service.router.add_post("/u/{token}/again", paged(front, pages.start_again))

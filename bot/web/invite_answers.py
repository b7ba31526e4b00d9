"""What is posted from an invite's page by somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.web import invite_deeds
from bot.web.canvas import draw
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.paging import Handler, paged
from bot.web.sheets import Sheet
from bot.web.signed_in import visitor_of
from bot.web.visitors import reader_of
from core.access import Actor

Deed = Callable[[Session, Actor, str, datetime], Sheet]


@dataclass(frozen=True, slots=True)
class InviteAnswers:
    front: Front

    def does(self, deed: Deed) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            await read_form(request, self.front.jar)
            visitor, token = visitor_of(request, self.front), request.match_info["token"]
            now = self.front.now()
            sheet = await visitor.act(lambda s, actor: deed(s, actor, token, now))
            return draw(sheet, reader_of(request, self.front.reader))

        return paged(self.front, handle)


def add_invite_answers(service: web.Application, front: Front) -> None:
    answers = InviteAnswers(front)
    service.router.add_post("/i/{token}/accept", answers.does(invite_deeds.accept))
    service.router.add_post("/i/{token}/decline", answers.does(invite_deeds.decline))
    service.router.add_post("/i/{token}/ask", answers.does(invite_deeds.ask))

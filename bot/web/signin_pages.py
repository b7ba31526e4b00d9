"""/s/{token}: a link from chat signs a browser in, once its owner has said yes on the page."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.texts import say
from bot.web.canvas import draw, go_to
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.paging import paged
from bot.web.sheets import Form, Sheet
from bot.web.signed_in import Visitor, visitor_of
from bot.web.visitors import reader_of
from core.people.signin import open_signin, use_signin
from core.people.web_sessions import Beginning

HOME = "/me"


@dataclass(frozen=True, slots=True)
class SigninPages:
    """To look changes nothing: what opens links by itself, as mail scanners do, signs nobody in."""

    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        visitor, token = visitor_of(request, self.front), request.match_info["token"]
        now = self.front.now()
        person = await self.front.look(
            lambda s: open_signin(s, token=token, guesser=visitor.guesser, now=now)
        )
        form = Form(say("Sign in"), request.path, visitor.visit.hidden(request.path))
        sheet = Sheet(
            say("Sign in as {person}?", person=person.name),
            (say("This browser can then do what you can do in chat. Say no on a shared one."),),
            ways=(form,),
        )
        return visitor.finish(draw(sheet, reader_of(request, self.front.reader)))

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        await read_form(request, self.front.jar)
        visitor, token = visitor_of(request, self.front), request.match_info["token"]
        signed_in = await self.front.do(lambda s: self._sign_in(s, visitor, token))
        return signed_in.finish(go_to(HOME))

    def _sign_in(self, session: Session, visitor: Visitor, token: str) -> Visitor:
        now = self.front.now()
        person = use_signin(session, token=token, guesser=visitor.guesser, now=now)
        return visitor.sign_in(session, person, Beginning.LINK)


def add_signin_pages(service: web.Application, front: Front) -> None:
    pages = SigninPages(front)
    service.router.add_get("/s/{token}", paged(front, pages.show))
    service.router.add_post("/s/{token}", paged(front, pages.sign_in))

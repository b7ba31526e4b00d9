"""/app: a Mini App within Telegram signs its user in, by what Telegram hands to it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.texts import say
from bot.web.canvas import POLICY, draw, go_to
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.home_page import HOME
from bot.web.init_data import MOST_AGE, BadInitData, InitData
from bot.web.paging import paged
from bot.web.sheets import Field, Form, Sheet
from bot.web.signed_in import Visitor, visitor_of
from bot.web.visitors import reader_of
from core.people import recognise
from core.people.web_sessions import Beginning, spend

PATH = "/app"
# The one page with a script, our own: what Telegram hands over never reaches a server by itself.
WITH_SCRIPT = f"{POLICY}; script-src 'self'"


@dataclass(frozen=True, slots=True)
class AppPage:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        visitor = visitor_of(request, self.front)
        field = Field("init_data", say("What Telegram says"), kind="hidden")
        form = Form(say("Sign in"), PATH, visitor.visit.hidden(PATH), (field,))
        told = say(
            "Within Telegram this signs you in by itself. Anywhere else, write /signin to me in"
            " chat, and open the link that I send."
        )
        sheet = Sheet(say("A moment, please"), (told,), ways=(form,))
        reader = reader_of(request, self.front.reader)
        answer = draw(sheet, reader, template="app.html")
        answer.headers["Content-Security-Policy"] = WITH_SCRIPT
        return visitor.finish(answer)

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        fields = await read_form(request, self.front.jar)
        visitor = visitor_of(request, self.front)
        try:
            data = self.front.init_data(fields.get("init_data", ""))
            signed_in = await self.front.do(lambda s: self._sign_in(s, visitor, data))
        except BadInitData:
            return self._unknown(request)
        return signed_in.finish(go_to(HOME))

    def _sign_in(self, session: Session, visitor: Visitor, data: InitData) -> Visitor:
        """Once: whoever finds the same words later is late, also when their user is signed out."""
        now = self.front.now()
        person = recognise(session, sender=data.sender, now=now).person
        session.flush()
        actor = visitor.as_actor(session, person)
        if not spend(session, actor, proof=data.proof, until=now + 2 * MOST_AGE, now=now):
            raise BadInitData
        return visitor.sign_in(session, person, Beginning.TELEGRAM)

    def _unknown(self, request: web.Request) -> web.Response:
        told = say("Close this and open it again from within Telegram.")
        sheet = Sheet(say("Telegram does not vouch for this"), (told,), refused=True)
        answer = draw(sheet, reader_of(request, self.front.reader), status=401)
        answer.headers[hdrs.WWW_AUTHENTICATE] = "tma"
        return answer


def add_app_page(service: web.Application, front: Front) -> None:
    page = AppPage(front)
    service.router.add_get(PATH, paged(front, page.show))
    service.router.add_post(PATH, paged(front, page.sign_in))

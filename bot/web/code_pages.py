"""Six digits by e-mail: how somebody accepts an invite who has no chat account that we know."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.refusals import refuse
from bot.texts import say
from bot.web.canvas import draw
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.invite_deeds import answer
from bot.web.invite_sheets import ACCEPT, ASK, code_form, code_sheet, path_of
from bot.web.paging import paged, refused
from bot.web.sheets import Link, Sheet
from bot.web.signed_in import Visitor, visitor_of
from bot.web.visitors import reader_of
from core.errors import Conflict, CoreError, Invalid
from core.invites.peeking import peek_invite
from core.people.email_codes import ask_code, count_try, use_code
from core.people.email_people import meet_by_email
from core.people.web_sessions import Beginning


@dataclass(frozen=True, slots=True)
class CodePages:
    front: Front

    async def send(self, request: web.Request) -> web.StreamResponse:
        """A code goes to the address that was typed, and the digits are asked for."""
        fields = await read_form(request, self.front.jar)
        visitor, token = visitor_of(request, self.front), request.match_info["token"]
        try:
            ticket, email = await self.front.do(lambda s: self._ask(s, visitor, token, fields))
        except CoreError as error:
            return self._try_again(request, token, error)
        form = code_form(token, visitor.visit, ticket=ticket, deed=_deed_in(fields))
        return draw(code_sheet(email, form), reader_of(request, self.front.reader))

    async def prove(self, request: web.Request) -> web.StreamResponse:
        """Whoever has the digits is signed in, and their answer counts; if it is refused they
        stay signed in.
        """
        fields = await read_form(request, self.front.jar)
        visitor, token = visitor_of(request, self.front), request.match_info["token"]
        try:
            visitor = await self._sign_in(visitor, fields)
        except Invalid as error:
            ticket, deed = fields.get("ticket", ""), _deed_in(fields)
            form = code_form(token, visitor.visit, ticket=ticket, deed=deed)
            sheet = Sheet(say("Look once more"), (refuse(error).text,), ways=(form,), refused=True)
            return refused(error, self.front, request, sheet)
        except CoreError as error:
            return self._try_again(request, token, error)
        return visitor.finish(await self._answer(request, visitor, token, _deed_in(fields)))

    async def _answer(
        self, request: web.Request, visitor: Visitor, token: str, deed: str
    ) -> web.Response:
        now = self.front.now()
        try:
            sheet = await visitor.act(lambda s, actor: answer(s, actor, token, deed=deed, now=now))
        except CoreError as error:
            return self._try_again(request, token, error)
        return draw(sheet, reader_of(request, self.front.reader))

    def _ask(
        self, session: Session, visitor: Visitor, token: str, fields: dict[str, str]
    ) -> tuple[str, str]:
        """Only who has an invite's link has mail sent by us."""
        try:
            peek_invite(
                session,
                token=token,
                guesser=visitor.guesser,
                system_admins=self.front.system_admins,
                now=self.front.now(),
            )
        except Conflict:
            if _deed_in(fields) == ACCEPT:
                raise
        return ask_code(
            session,
            address=fields.get("email", ""),
            name=fields.get("name") or None,
            asked_from=visitor.address,
            now=self.front.now(),
        )

    async def _sign_in(self, visitor: Visitor, fields: dict[str, str]) -> Visitor:
        ticket, now = fields.get("ticket", ""), self.front.now()
        tried = await self.front.do(lambda s: count_try(s, ticket=ticket, now=now))

        def unit(session: Session) -> Visitor:
            code = use_code(session, tried, code=fields.get("code", ""), now=now)
            person = meet_by_email(session, address=code.address, name=code.name, now=now)
            return visitor.sign_in(session, person, Beginning.CODE)

        return await self.front.do(unit)

    def _try_again(self, request: web.Request, token: str, error: CoreError) -> web.Response:
        back = Link(say("Back to the invite"), path_of(token))
        title = say("That did not work")
        sheet = Sheet(title, (refuse(error).text,), ways=(back,), refused=True)
        return refused(error, self.front, request, sheet)


def _deed_in(fields: dict[str, str]) -> str:
    return ASK if fields.get("deed") == ASK else ACCEPT


def add_code_pages(service: web.Application, front: Front) -> None:
    pages = CodePages(front)
    service.router.add_post("/i/{token}/code", paged(front, pages.send))
    service.router.add_post("/i/{token}/prove", paged(front, pages.prove))

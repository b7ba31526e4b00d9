"""/contract/{token}: a guardian reads a contract and signs it, by the link that was mailed to them.
To look changes nothing; what signs is a POST from that very page, with the name that was typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.refusals import refuse
from bot.texts import Prose, say
from bot.web.canvas import draw
from bot.web.contract_sheets import reading_sheet, signed_sheet
from bot.web.cookies import NONCE
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.paging import paged, refused
from bot.web.sheets import Sheet
from bot.web.signed_in import Visitor, visitor_of
from bot.web.visitors import reader_of
from core.errors import Conflict, CoreError, Invalid
from core.rosters.signing_by_link import read_contract, sign_by_link

MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class ContractPages:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        visitor = visitor_of(request, self.front)
        sheet = await self._read(request, visitor)
        return visitor.finish(draw(sheet, reader_of(request, self.front.reader)))

    async def sign(self, request: web.Request) -> web.StreamResponse:
        fields = await read_form(request, self.front.jar)
        visitor, token = visitor_of(request, self.front), request.match_info["token"]
        try:
            done = await self.front.do(
                lambda session: sign_by_link(
                    session,
                    token=token,
                    name=fields.get("name", ""),
                    seen=_id_in(fields.get("terms", "")),
                    guessers=(visitor.guesser,),
                    now=self.front.now(),
                )
            )
        except (Invalid, Conflict) as error:
            return await self._again(request, visitor, error)
        told = signed_sheet(done.player, done.signature, again=not done.first)
        return draw(told, reader_of(request, self.front.reader))

    async def _again(
        self, request: web.Request, visitor: Visitor, error: CoreError
    ) -> web.StreamResponse:
        """The page as it is now, with what has to be mended before."""
        sheet = await self._read(request, visitor, why=error)
        return refused(error, self.front, request, sheet)

    async def _read(
        self, request: web.Request, visitor: Visitor, *, why: CoreError | None = None
    ) -> Sheet:
        token = request.match_info["token"]
        found = await self.front.look(
            lambda session: read_contract(
                session, token=token, guessers=(visitor.guesser,), now=self.front.now()
            )
        )
        if found.signature is not None:
            return signed_sheet(found.player, found.signature, terms=found.terms)
        assert found.terms is not None, "nothing else is offered"
        nonce = visitor.visit.hidden(request.path)[NONCE]
        told = _told(why) if why is not None else None
        return reading_sheet(found.player, found.terms, request.path, nonce=nonce, told=told)


def _told(error: CoreError) -> Prose:
    if error.code == "terms_changed":
        return say("The club has changed the words since you opened this page. Read them again.")
    return refuse(error).text


def _id_in(text: str) -> int:
    """That of the terms which the page showed; what is none was never shown."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def add_contract_pages(service: web.Application, front: Front) -> None:
    pages = ContractPages(front)
    service.router.add_get("/contract/{token}", paged(front, pages.show))
    service.router.add_post("/contract/{token}", paged(front, pages.sign))

"""/r/{token}: a guest answers by their own link. To look changes nothing; a POST answers."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.commands.event_answers import answered
from bot.texts import Text
from bot.web.canvas import draw
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.paging import paged
from bot.web.rsvp_sheets import service_sheet
from bot.web.signed_in import visitor_of
from bot.web.visitors import address_of, reader_of
from core.errors import Invalid
from core.guests.rsvp import Answer, Wish
from core.guests.self_service import answer_by_link, self_service_card

MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class RsvpPages:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        return await self._draw(request, told=None)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = await read_form(request, self.front.jar)
        wish = Wish(_answer(form.get("answer")), plus_ones=_number(form.get("plus")))
        guest_id = _number(form.get("guest"))
        done = await self.front.do(
            lambda session: answer_by_link(
                session,
                token=request.match_info["token"],
                wish=wish,
                guest_id=guest_id,
                guessers=(f"address:{address_of(request)}",),
                now=self.front.now(),
            )
        )
        return await self._draw(request, told=answered(done))

    async def _draw(self, request: web.Request, *, told: Text | None) -> web.StreamResponse:
        token = request.match_info["token"]
        card = await self.front.look(
            lambda session: self_service_card(
                session,
                token=token,
                guessers=(f"address:{address_of(request)}",),
                now=self.front.now(),
            )
        )
        visitor = visitor_of(request, self.front)
        sheet = service_sheet(card, token, visitor.visit, told=told)
        return visitor.finish(draw(sheet, reader_of(request, self.front.reader)))


def _answer(value: str | None) -> Answer:
    if value not in set(Answer):
        raise Invalid("rsvp_unreadable", word=(value or "")[:MOST_DIGITS])
    return Answer(value)


def _number(value: str | None) -> int | None:
    """A number of a form, where it has one."""
    text = (value or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        raise Invalid("not_a_number", option="plus")
    return int(text)


def add_rsvp_pages(service: web.Application, front: Front) -> None:
    pages = RsvpPages(front)
    service.router.add_get("/r/{token}", paged(front, pages.show))
    service.router.add_post("/r/{token}", paged(front, pages.answer))

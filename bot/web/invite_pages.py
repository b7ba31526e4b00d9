"""/i/{token}: an invite for whoever opens its link in a browser. To look changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.texts import say
from bot.web.canvas import draw
from bot.web.front import Front
from bot.web.invite_sheets import groupme_part, offer_sheet, over_sheet, path_of, telegram_way
from bot.web.paging import paged, refused
from bot.web.sheets import Part
from bot.web.visitors import address_of, reader_of
from core.errors import Conflict
from core.invites import Invite
from core.peeking import peek_invite
from core.platform_notes import recall
from core.reconciliations import ACCOUNT_NOTE


@dataclass(frozen=True, slots=True)
class InvitePages:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        try:
            invite, account = await self.front.look(lambda s: self._peek(s, request, token))
        except Conflict as error:
            return self._over(request, token, error)
        link = self.front.telegram_link(token)
        ways = telegram_way(link, say("Open in Telegram"))
        parts = self._parts(token, account)
        sheet = offer_sheet(invite, token, ways, parts)
        return draw(sheet, reader_of(request, self.front.reader))

    def _peek(
        self, session: Session, request: web.Request, token: str
    ) -> tuple[Invite, str | None]:
        invite = peek_invite(
            session,
            token=token,
            guesser=f"address:{address_of(request)}",
            system_admins=self.front.system_admins,
            now=self.front.now(),
        )
        return invite, recall(session, platform="groupme", name=ACCOUNT_NOTE)

    def _parts(self, token: str, account: str | None) -> tuple[Part, ...]:
        if account is None:
            return ()
        return (groupme_part(account, self.front.public_url + path_of(token)),)

    def _over(self, request: web.Request, token: str, error: Conflict) -> web.Response:
        link = self.front.telegram_link(token)
        ways = telegram_way(link, say("Ask for a new invite in Telegram"))
        return refused(error, self.front, request, over_sheet(error, ways))


def add_invite_pages(service: web.Application, front: Front) -> None:
    pages = InvitePages(front)
    service.router.add_get("/i/{token}", paged(front, pages.show))

"""An invite to be scanned: its QR code as a picture, and a sheet of A4 to hang up."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.qr import qr_png, qr_svg
from bot.texts import Verbatim, say
from bot.web.canvas import draw
from bot.web.front import Front
from bot.web.invite_sheets import path_of
from bot.web.paging import paged
from bot.web.sheets import Sheet
from bot.web.visitors import address_of, reader_of
from core.invites import Invite
from core.invites.peeking import peek_invite


@dataclass(frozen=True, slots=True)
class Posters:
    """Who has no link gets no picture of it: what is over is refused as its page is."""

    front: Front

    async def png(self, request: web.Request) -> web.StreamResponse:
        await self._peek(request)
        return web.Response(body=qr_png(self._link(request)), content_type="image/png")

    async def svg(self, request: web.Request) -> web.StreamResponse:
        await self._peek(request)
        return web.Response(body=qr_svg(self._link(request)), content_type="image/svg+xml")

    async def poster(self, request: web.Request) -> web.StreamResponse:
        """Three lines below the code: what to do, until when, and the link to type."""
        invite, link = await self._peek(request), self._link(request)
        sheet = Sheet(
            say("{group}", group=invite.group.name),
            (
                say("Scan to join {group}", group=invite.group.name),
                say("Open until: {time}", time=invite.expires_at)
                if invite.expires_at
                else say("Open for as long as you like"),
                say("<code>{link}</code>", link=Verbatim(link)),
            ),
            qr=f"{path_of(request.match_info['token'])}/qr.svg",
            qr_label=say("Scan to join {group}", group=invite.group.name),
        )
        reader = reader_of(request, self.front.reader)
        return draw(sheet, reader, template="poster.html")

    def _link(self, request: web.Request) -> str:
        return self.front.public_url + path_of(request.match_info["token"])

    async def _peek(self, request: web.Request) -> Invite:
        return await self.front.look(
            lambda session: peek_invite(
                session,
                token=request.match_info["token"],
                guesser=f"address:{address_of(request)}",
                system_admins=self.front.system_admins,
                now=self.front.now(),
            )
        )


def add_posters(service: web.Application, front: Front) -> None:
    posters = Posters(front)
    service.router.add_get("/i/{token}/qr.png", paged(front, posters.png))
    service.router.add_get("/i/{token}/qr.svg", paged(front, posters.svg))
    service.router.add_get("/i/{token}/poster", paged(front, posters.poster))

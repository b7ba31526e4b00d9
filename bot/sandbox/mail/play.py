"""The mail half of the play API: looking at what arrived."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.mail.mailbox import Mail, Mailbox, shown

# A mail is strangers' HTML: it runs nothing, loads nothing, and its links open elsewhere.
HEADERS = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
        "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass
class MailPlay:
    """What the page and scripts see of the mailbox."""

    mailbox: Mailbox

    def routes(self) -> list[web.RouteDef]:
        """All paths below /play/mails."""
        return [
            web.get("/play/mails", self.all),
            web.get(r"/play/mails/{id:\d+}", self.page),
            web.get(r"/play/mails/{id:\d+}/raw", self.raw),
            web.get(r"/play/mails/{id:\d+}/files/{at:\d+}", self.file),
        ]

    async def all(self, _request: web.Request) -> web.Response:
        """Every mail, oldest first."""
        return web.json_response([shown(mail) for mail in self.mailbox.mails])

    async def page(self, request: web.Request) -> web.Response:
        """As a mail program shows it."""
        mail = self._mail(request)
        html = mail.text("html").replace("<head>", '<head><base target="_blank">', 1)
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def raw(self, request: web.Request) -> web.Response:
        """With all its headers."""
        text = self._mail(request).message.as_string()
        return web.Response(text=text, content_type="text/plain", headers=HEADERS)

    async def file(self, request: web.Request) -> web.Response:
        """What was enclosed, to be saved."""
        files, at = self._mail(request).files(), int(request.match_info["at"])
        if at >= len(files):
            raise web.HTTPNotFound
        content: Any = files[at].get_payload(decode=True)
        headers = HEADERS | {"Content-Disposition": "attachment"}
        return web.Response(body=content, content_type="application/octet-stream", headers=headers)

    def _mail(self, request: web.Request) -> Mail:
        found = self.mailbox.find(int(request.match_info["id"]))
        if found is None:
            raise web.HTTPNotFound
        return found

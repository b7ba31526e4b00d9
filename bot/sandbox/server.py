"""The sandbox as a whole: one HTTP server, started and stopped."""

import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.sandbox import site
from bot.sandbox.faults import Faults
from bot.sandbox.groupme.api import ROOT as GROUPME_ROOT
from bot.sandbox.groupme.api import GroupMeApi
from bot.sandbox.groupme.callbacks import Callbacks
from bot.sandbox.groupme.play import GroupMePlay
from bot.sandbox.groupme.world import World as GroupMe
from bot.sandbox.ledger import Ledger
from bot.sandbox.limits import Limits
from bot.sandbox.mail.mailbox import Mailbox
from bot.sandbox.mail.play import MailPlay
from bot.sandbox.mail.server import MailServer
from bot.sandbox.origin import same_origin_only
from bot.sandbox.play import Play
from bot.sandbox.telegram.api import BotApi
from bot.sandbox.telegram.request import LARGEST_BODY
from bot.sandbox.telegram.world import World
from bot.sandbox.whatsapp.api import ROOT as WHATSAPP_ROOT
from bot.sandbox.whatsapp.api import CloudApi
from bot.sandbox.whatsapp.hooks import Hooks
from bot.sandbox.whatsapp.play import WhatsAppPlay
from bot.sandbox.whatsapp.world import World as WhatsApp

STOP_PATIENCE_S = 1.0
GROUPME_TOKEN = "SANDBOX-groupme-token-opens-nothing-real"  # noqa: S105
WHATSAPP_TOKEN = "SANDBOX-whatsapp-token-opens-nothing-real"  # noqa: S105
WHATSAPP_APP_SECRET = "SANDBOX-whatsapp-app-secret"  # noqa: S105
WHATSAPP_VERIFY_TOKEN = "SANDBOX-whatsapp-verify-token"  # noqa: S105


class Sandbox:
    """Emulated outside services for `token`'s bot; `now` gives Unix seconds.

    With `ledger`, each message that was accepted from the bot is on disk in that file before
    the bot hears of it. A bot that keeps its database from one sandbox to the next needs another
    `era` each time: see State.
    """

    def __init__(
        self,
        token: str,
        now: Callable[[], float] = time.time,
        ledger: Path | None = None,
        era: int = 0,
    ) -> None:
        self.telegram = World(token, now, era)
        self.limits = Limits(now)
        self.faults = Faults()
        self.ledger = Ledger(ledger)
        self.groupme = GroupMe(now, self.telegram.changes, era)
        self.groupme_api = GroupMeApi(GROUPME_TOKEN, self.groupme, self.faults, self.ledger)
        self.mailbox = Mailbox(now, self.telegram.changes)
        self._mail = MailServer(self.mailbox, self.faults, self.ledger)
        self._play = Play(
            self.telegram, self.limits, self.faults, self.ledger, self.groupme, self.mailbox
        )
        self.whatsapp = WhatsApp(now, self.telegram.changes, era, lambda: self.limits.enabled)
        self.whatsapp_api = CloudApi(WHATSAPP_TOKEN, self.whatsapp, self.faults, self.ledger)
        self.hooks = Hooks(WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN)
        self.whatsapp.told = self.hooks.send
        self._play.on_reset.append(self.whatsapp.reset)
        self.callbacks = Callbacks()
        self.groupme.called = self.callbacks.send
        self.url = ""
        self.smtp_url = ""
        self._api = BotApi(token, self.telegram, self.limits, self.faults, self.ledger)
        self._runner: web.AppRunner | None = None

    @property
    def groupme_url(self) -> str:
        """The root of GroupMe's API."""
        return self.url + GROUPME_ROOT

    @property
    def whatsapp_url(self) -> str:
        """The root of WhatsApp's API."""
        return self.url + WHATSAPP_ROOT

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; raises `OSError` when the port is taken. Port 0 takes a free one."""
        runner = web.AppRunner(
            self._application(host), access_log=None, shutdown_timeout=STOP_PATIENCE_S
        )
        await runner.setup()
        await self.callbacks.start()
        await self.hooks.start()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await self.callbacks.stop()
            await self.hooks.stop()
            await runner.cleanup()
            raise
        await self._mail.start(host)
        self._runner = runner
        self.url = f"http://{_shown(host)}:{runner.addresses[0][1]}"
        self.smtp_url = f"smtp://{_shown(host)}:{self._mail.port}"

    def _application(self, host: str) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[same_origin_only(host)])
        app.add_routes(site.ROUTES)
        app.add_routes(self._play.routes())
        app.add_routes(GroupMePlay(self.groupme).routes())
        app.add_routes(self.groupme_api.routes())
        app.add_routes(WhatsAppPlay(self.whatsapp).routes())
        app.add_routes(self.whatsapp_api.routes())
        app.add_routes(MailPlay(self.mailbox).routes())
        app.add_routes(
            [
                web.get("/file/bot{token}/{path:.+}", self._api.download),
                web.get("/bot{token}/{method}", self._api.handle),
                web.post("/bot{token}/{method}", self._api.handle),
                web.route("*", "/bot{anything:.*}", self._api.unknown),
            ]
        )
        app.on_shutdown.append(self._hang_up)
        return app

    async def _hang_up(self, _app: web.Application) -> None:
        """End what waits: streams, polls and the webhook."""
        self.telegram.changes.close()
        self.telegram.updates.interrupt(None)
        self.telegram.set_webhook(None)

    async def stop(self) -> None:
        """Stop listening and end all connections; the world stays readable."""
        await self.callbacks.stop()
        await self.hooks.stop()
        await self._mail.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.ledger.close()


def _shown(host: str) -> str:
    """An address that a browser on this machine opens."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - recognised, not bound to
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host

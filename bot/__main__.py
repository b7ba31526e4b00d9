"""`python -m bot`: the command line of Usher."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
import urllib.request
from http.client import HTTPException
from typing import Any

from pydantic import SecretStr

from bot.loading import end_loading  # isort: skip - before what it is to speed up
from bot.app import CannotStart, PortTaken, prepare, serve
from bot.bouncing import bounce
from bot.check import check
from bot.config import SettingError, Settings, load_settings
from bot.logs import set_up_logs
from bot.permissions import permissions_page
from bot.plug import Part
from bot.reconciling import reconcile
from bot.sandbox.server import (
    GROUPME_TOKEN,
    WHATSAPP_APP_SECRET,
    WHATSAPP_TOKEN,
    WHATSAPP_VERIFY_TOKEN,
    Sandbox,
)
from bot.sandbox.whatsapp.world import PHONE_ID as WHATSAPP_PHONE_ID
from core.database import Database

end_loading()

# The form of a token, so that every client takes it; it opens nothing but the sandbox.
SANDBOX_TOKEN = "1000000001:SANDBOX-this-opens-nothing-real-0000"  # noqa: S105
MAIL_FROM = "usher@sandbox.example"
STOP_LIMIT_S = 19.0
ERAS = 10**9  # the database outlives the sandbox: each run is a world of its own
WRONG_SETTING = 2
COMMANDS = {
    "all": "poll, web and worker in one process (the default)",
    "poll": "take updates from Telegram",
    "web": "the HTTP service",
    "worker": "handle updates and send messages",
    "sandbox": "only the sandbox, for a bot that runs elsewhere",
    "migrate": "bring the database up to date",
    "check": "try the settings, the database and each platform",
    "groupme": "groupme reconcile [--dry-run]: match GroupMe's groups to ours",
    "bounce": "take in a bounced e-mail from standard input",
    "permissions": "print who may do what, as in docs/permissions.md",
    "healthcheck": "ask the running service whether it is alive",
}


def main() -> int:
    """The exit status: 0, 1 for a failure, 2 for a wrong setting."""
    given = _arguments()
    command = str(given.command)
    if command == "permissions":
        print(permissions_page())
        return 0
    try:
        settings = load_settings()
    except SettingError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTING
    set_up_logs(
        log_format=settings.log_format,
        level=settings.log_level,
        secrets=settings.secret_values(),
    )
    try:
        if command == "groupme":
            return asyncio.run(_reconcile(settings, dry_run=given.dry_run))
        return _run(command, settings)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Usher brings people into groups, from chat.",
        epilog="\n".join(f"  {name:12} {what}" for name, what in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", default="all", choices=COMMANDS, metavar="command")
    parser.add_argument("deed", nargs="?", choices=["reconcile"], help="of the command groupme")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    given = parser.parse_args()
    provisions = given.command == "groupme"
    if provisions != (given.deed is not None) or (given.dry_run and not provisions):
        parser.error("it is: groupme reconcile [--dry-run]")
    return given


def _run(command: str, settings: Settings) -> int:
    match command:
        case "migrate":
            return asyncio.run(_migrate(settings))
        case "check":
            return asyncio.run(check(settings))
        case "bounce":
            return asyncio.run(bounce(settings))
        case "healthcheck":
            return _healthcheck(settings)
        case "sandbox":
            return asyncio.run(_play(settings, frozenset()))
        case "all":
            return asyncio.run(_start(settings, frozenset(Part)))
        case _:
            return asyncio.run(_start(settings, frozenset({Part(command)})))


async def _start(settings: Settings, parts: frozenset[Part]) -> int:
    if settings.telegram_token is None:
        return await _play(settings, parts)
    await serve(settings, parts, _stop_on_signals())
    return 0


async def _play(settings: Settings, parts: frozenset[Part]) -> int:
    """The sandbox, and the bot in it when there are parts of it to run."""
    stop = _stop_on_signals()
    port = settings.http_port % 65535 + 1
    sandbox = Sandbox(SANDBOX_TOKEN, era=secrets.randbelow(ERAS))
    try:
        await sandbox.start(settings.http_host, port)
    except OSError as error:
        raise PortTaken(settings.http_host, port, error) from None
    try:
        print(_greeting(sandbox.url) if parts else _credentials(sandbox), flush=True)
        inside: dict[str, Any] = {
            "telegram_token": SecretStr(SANDBOX_TOKEN),
            "telegram_api_url": sandbox.url,
        }
        inside |= _groupme_inside(settings, sandbox)
        inside |= _whatsapp_inside(settings, sandbox)
        if settings.smtp_url is None:
            inside |= {"smtp_url": SecretStr(sandbox.smtp_url), "mail_from": MAIL_FROM}
        if parts:
            await serve(settings.model_copy(update=inside), parts, stop)
        else:
            await stop.wait()
    finally:
        await sandbox.stop()
    return 0


def _groupme_inside(settings: Settings, sandbox: Sandbox) -> dict[str, Any]:
    """GroupMe is played too, unless there is a real one. Our bot is in its room already."""
    if settings.groupme_token is not None:
        return {}
    secret = secrets.token_urlsafe(24)
    sandbox.groupme.settle_bot(f"{settings.public_url}/webhooks/groupme/{secret}")
    return {
        "groupme_token": SecretStr(GROUPME_TOKEN),
        "groupme_api_url": sandbox.groupme_url,
        "groupme_callback_secret": SecretStr(secret),
    }


def _whatsapp_inside(settings: Settings, sandbox: Sandbox) -> dict[str, Any]:
    """WhatsApp is played too, unless there is a real one."""
    if settings.whatsapp_token is not None:
        return {}
    sandbox.hooks.url = f"{settings.public_url}/webhooks/whatsapp"
    return {
        "whatsapp_token": SecretStr(WHATSAPP_TOKEN),
        "whatsapp_phone_number_id": WHATSAPP_PHONE_ID,
        "whatsapp_app_secret": SecretStr(WHATSAPP_APP_SECRET),
        "whatsapp_verify_token": SecretStr(WHATSAPP_VERIFY_TOKEN),
        "whatsapp_api_url": sandbox.whatsapp_url,
    }


def _greeting(url: str) -> str:
    return f"""
  Usher plays in the sandbox: no account, no token, nothing leaves this machine.

  Open    {url}

  and type there:
    1. on Dana's phone    /newgroup Tigers
    2. in the team's room /bind
    3. on Dana's phone    /invite   - then open its link on Bob's phone and tap Accept

  Ctrl-C ends it. A real bot: see README.md.
"""


def _credentials(sandbox: Sandbox) -> str:
    url = sandbox.url
    return (
        f"The sandbox is at {url}\n"
        f"USHER_TELEGRAM_API_URL={url}\n"
        f"USHER_TELEGRAM_TOKEN={SANDBOX_TOKEN}\n"
        f"USHER_GROUPME_API_URL={sandbox.groupme_url}\n"
        f"USHER_GROUPME_TOKEN={GROUPME_TOKEN}\n"
        f"USHER_WHATSAPP_API_URL={sandbox.whatsapp_url}\n"
        f"USHER_WHATSAPP_TOKEN={WHATSAPP_TOKEN}\n"
        f"USHER_WHATSAPP_PHONE_NUMBER_ID={WHATSAPP_PHONE_ID}\n"
        f"USHER_WHATSAPP_APP_SECRET={WHATSAPP_APP_SECRET}\n"
        f"USHER_WHATSAPP_VERIFY_TOKEN={WHATSAPP_VERIFY_TOKEN}\n"
        f"USHER_SMTP_URL={sandbox.smtp_url}\n"
        f"USHER_MAIL_FROM={MAIL_FROM}"
    )


def _stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or SIGINT. What does not end by itself then is ended: nothing is lost by it,
    since all that counts is committed.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin() -> None:
        if not stop.is_set():
            loop.call_later(STOP_LIMIT_S, os._exit, 1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin)
    return stop


async def _reconcile(settings: Settings, *, dry_run: bool) -> int:
    if settings.groupme_token is None:
        print("USHER_GROUPME_TOKEN is not set", file=sys.stderr)
        return WRONG_SETTING
    database = Database(settings.database_url.get_secret_value())
    try:
        await prepare(database)
        return await reconcile(settings, database, dry_run=dry_run)
    finally:
        await database.close()


async def _migrate(settings: Settings) -> int:
    database = Database(settings.database_url.get_secret_value())
    try:
        await prepare(database)
    finally:
        await database.close()
    print("The database is up to date.")
    return 0


def _healthcheck(settings: Settings) -> int:
    url = f"http://{_reachable(settings.http_host)}:{settings.http_port}/healthz"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5):
            return 0
    except (HTTPException, OSError) as error:
        print(f"Usher does not answer at {url}: {error}", file=sys.stderr)
        return 1


def _reachable(host: str) -> str:
    """Where a service that listens on `host` answers, as it is written in a URL."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound to
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(main())

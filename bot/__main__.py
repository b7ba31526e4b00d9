"""`python -m bot`: the command line of Usher."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import urllib.request
from http.client import HTTPException

from bot.loading import begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()

from bot import app, bouncing, check, errands, permissions, playing, plug
from bot.cannot_start import CannotStart
from bot.config import SettingError, Settings, load_settings
from bot.logs import set_up_logs

STOP_LIMIT_S = 19.0
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
# What a command stands on; the others stand on the whole program.
LOADS = {"bounce": "bot.bouncing", "check": "bot.check"}


def main() -> int:
    """The exit status: 0, 1 for a failure, 2 for a wrong setting."""
    given = _arguments()
    command = str(given.command)
    if command == "permissions":
        print(permissions.permissions_page())
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
    if command == "healthcheck":  # asked again and again: it loads as little as can be
        return _healthcheck(settings)
    end_loading(LOADS.get(command, "bot.app"))
    try:
        return asyncio.run(_run(command, settings, dry_run=given.dry_run))
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


async def _run(command: str, settings: Settings, *, dry_run: bool) -> int:
    match command:
        case "migrate":
            return await errands.migrate(settings)
        case "groupme":
            return await errands.reconcile(settings, dry_run=dry_run)
        case "check":
            return await check.check(settings)
        case "bounce":
            return await bouncing.bounce(settings)
        case "sandbox":
            return await playing.play(settings, frozenset(), _stop_on_signals())
        case "all":
            return await _start(settings, frozenset(plug.Part))
        case _:
            return await _start(settings, frozenset({plug.Part(command)}))


async def _start(settings: Settings, parts: frozenset[plug.Part]) -> int:
    stop = _stop_on_signals()
    if settings.telegram_token is None:
        return await playing.play(settings, parts, stop)
    await app.serve(settings, parts, stop)
    return 0


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

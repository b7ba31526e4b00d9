"""Playing: the sandbox, and the bot in it, for who has no token yet."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from pydantic import SecretStr

from bot.app import serve
from bot.cannot_start import PortTaken
from bot.config import Settings
from bot.plug import Part
from bot.sandbox.server import (
    GROUPME_TOKEN,
    WHATSAPP_APP_SECRET,
    WHATSAPP_TOKEN,
    WHATSAPP_VERIFY_TOKEN,
    Sandbox,
)
from bot.sandbox.whatsapp.world import PHONE_ID as WHATSAPP_PHONE_ID

# The form of a token, so that every client takes it; it opens nothing but the sandbox.
SANDBOX_TOKEN = "1000000001:SANDBOX-this-opens-nothing-real-0000"  # noqa: S105
MAIL_FROM = "usher@sandbox.example"
ERAS = 10**9  # the database outlives the sandbox: each run is a world of its own


async def play(settings: Settings, parts: frozenset[Part], stop: asyncio.Event) -> int:
    """The sandbox, and the bot in it when there are parts of it to run."""
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

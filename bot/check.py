"""`python -m bot check`: tries everything that the settings name, one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot.config import Settings
from bot.groupme_api import GroupMeApi, GroupMeError
from bot.groupme_calls import GroupMe
from bot.mail.plug import greet
from bot.mail.server import Origin
from bot.platforms.telegram.poll import reason_of
from bot.platforms.whatsapp.plug import make_whatsapp
from bot.telegram_api import make_bot
from bot.whatsapp_api import WhatsAppError
from bot.whatsapp_expected import EXPECTED
from core.database import Database
from core.deliveries.errors import DeliveryError
from core.message_templates import APPROVED
from core.migrate import current_revision, is_known, latest_revision
from core.names import display_name


class CheckFailed(Exception):
    """What is wrong, in words for the operator."""


async def check(settings: Settings) -> int:
    """The exit status: 0 when all is well, else 1."""
    checks: dict[str, Callable[[Settings], Awaitable[str]]] = {
        "database": _database,
        "telegram": _telegram,
    }
    if settings.groupme_token is not None:
        checks["groupme"] = _groupme
    if settings.whatsapp_token is not None:
        checks["whatsapp"] = _whatsapp
    if settings.smtp_url is not None:
        checks["email"] = _email
    print("settings   ok")
    failures = 0
    for name, run in checks.items():
        try:
            print(f"{name:10} {await run(settings)}")
        except CheckFailed as failure:
            print(f"{name:10} FAILED {failure}")
            failures += 1
    return 1 if failures else 0


async def _database(settings: Settings) -> str:
    if _is_missing_file(settings.database_url.get_secret_value()):
        return f"ok, not there yet; the next start makes it at schema {latest_revision()}"
    database = Database(settings.database_url.get_secret_value())
    try:
        current, latest = await current_revision(database), latest_revision()
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise CheckFailed(f"out of reach: {reason or type(error).__name__}") from None
    finally:
        await database.close()
    if current is not None and not is_known(current):
        raise CheckFailed(f"at schema {current}, which belongs to a newer version of Usher")
    if current != latest:
        return f"ok, at schema {current or 'none'}; the next start brings it to {latest}"
    return f"ok, at schema {current}"


def _is_missing_file(url: str) -> bool:
    """Whether trying it would make a file, which a check must not."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists()


async def _telegram(settings: Settings) -> str:
    if settings.telegram_token is None:
        return "not configured: Usher would start the sandbox"
    bot = make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
    try:
        await bot.initialize()
        return f"ok, @{bot.username}"
    except TelegramError as error:
        raise CheckFailed(reason_of(error)) from None
    finally:
        await bot.shutdown()


async def _groupme(settings: Settings) -> str:
    assert settings.groupme_token is not None, "or it is not asked"
    token = settings.groupme_token.get_secret_value()
    groupme = GroupMe(GroupMeApi(token, settings.groupme_api_url))
    try:
        _, name = await groupme.me()
    except GroupMeError as error:
        raise CheckFailed(error.reason) from None
    finally:
        await groupme.close()
    return f"ok, {display_name(name, fallback='an account without a name')}"


async def _whatsapp(settings: Settings) -> str:
    whatsapp = make_whatsapp(settings)
    try:
        number = await whatsapp.number()
        listed = await whatsapp.templates(number.business_id or "")
    except WhatsAppError as error:
        raise CheckFailed(error.reason) from None
    finally:
        await whatsapp.close()
    ready = {one.name for one in listed if one.status == APPROVED} & EXPECTED.keys()
    name = display_name(number.name, fallback=number.shown or "a number without a name")
    return f"ok, {name}; {len(ready)} of {len(EXPECTED)} templates are approved"


async def _email(settings: Settings) -> str:
    try:
        server, encrypted = await greet(settings)
    except DeliveryError as error:
        raise CheckFailed(error.reason) from None
    how, sender = "encrypted" if encrypted else "not encrypted", Origin.of(settings).address
    return f"ok, {server}, {how}, as {sender}"

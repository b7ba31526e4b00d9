"""`python -m bot check`: tries everything that the settings name, one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot.config import Settings
from bot.platforms.telegram.poll import reason_of
from bot.telegram_api import make_bot
from core.database import Database
from core.migrate import current_revision, latest_revision


class CheckFailed(Exception):
    """What is wrong, in words for the operator."""


async def check(settings: Settings) -> int:
    """The exit status: 0 when all is well, else 1."""
    checks: dict[str, Callable[[Settings], Awaitable[str]]] = {
        "database": _database,
        "telegram": _telegram,
    }
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
    database = Database(settings.database_url.get_secret_value())
    try:
        current, latest = await current_revision(database), latest_revision()
    except (SQLAlchemyError, OSError) as error:
        raise CheckFailed(f"out of reach: {type(error).__name__}") from None
    finally:
        await database.close()
    if current != latest:
        return f"ok, at schema {current or 'none'}; the next start brings it to {latest}"
    return f"ok, at schema {current}"


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

"""The emulated Telegram, as the platform's tests have it."""

from tests.bot.platforms.telegram.conftest import bot, sandbox

__all__ = ["bot", "sandbox"]

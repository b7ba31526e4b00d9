"""The menu of commands that Telegram shows, for each scope what works there."""

from __future__ import annotations

import structlog
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot.catalogues import available_locales
from bot.command import Command, Place
from bot.telegram_api import TelegramBot
from bot.texts import Reader
from core.access import Role, allows

log = structlog.get_logger(__name__)


async def set_menus(bot: TelegramBot, commands: tuple[Command, ...]) -> None:
    """Tell Telegram what to show. Nothing depends on it, so a refusal is only logged."""
    for locale in available_locales():
        for scope, shown in _menus(commands):
            try:
                await bot.set_my_commands(
                    _entries(shown, locale), scope=scope, language_code=_code(locale)
                )
            except TelegramError as error:
                log.warning("the command menu was not set", scope=scope.type, reason=str(error))


def _menus(commands: tuple[Command, ...]) -> list[tuple[BotCommandScope, list[Command]]]:
    open_ = [command for command in commands if not command.for_system_admins]
    in_rooms = [command for command in open_ if Place.ROOM in command.places]
    for_members = [
        command
        for command in in_rooms
        if command.permission is None or allows(Role.MEMBER, command.permission)
    ]
    in_private = [command for command in open_ if Place.PRIVATE in command.places]
    return [
        (BotCommandScopeAllPrivateChats(), in_private),
        (BotCommandScopeAllGroupChats(), for_members),
        (BotCommandScopeAllChatAdministrators(), in_rooms),
    ]


def _entries(commands: list[Command], locale: str) -> list[BotCommand]:
    reader = Reader(locale, "UTC")
    return [BotCommand(command.name, reader.plain(command.summary)) for command in commands]


def _code(locale: str) -> str | None:
    """English is what everybody sees whose language has no menu of its own."""
    return None if locale == "en" else locale.split("_")[0]

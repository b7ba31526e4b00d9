"""Buttons as Telegram draws them, for replies and notices alike."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.command import Button
from bot.texts import Reader


def inline_keyboard(
    buttons: tuple[tuple[Button, ...], ...], reader: Reader
) -> InlineKeyboardMarkup | None:
    """None where there are no buttons."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[_button(one, reader) for one in row] for row in buttons])


def _button(button: Button, reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(reader.plain(button.label), callback_data=button.line)

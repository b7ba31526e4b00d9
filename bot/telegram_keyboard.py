"""Buttons as Telegram draws them, for replies and notices alike."""

from __future__ import annotations

from urllib.parse import urlencode

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestUsers,
    ReplyKeyboardMarkup,
)

from bot.command import Button, Pick
from bot.texts import Reader, say
from core.people.picks import number_of

SHARE = "https://t.me/share/url"


def inline_keyboard(
    buttons: tuple[tuple[Button, ...], ...], reader: Reader
) -> InlineKeyboardMarkup | None:
    """None where there are no buttons."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[_button(one, reader) for one in row] for row in buttons])


def phone_keyboard(reader: Reader) -> ReplyKeyboardMarkup:
    """One button by which somebody shows their own number (Bot API, KeyboardButton)."""
    label = reader.plain(say("Show my phone number"))
    return ReplyKeyboardMarkup(
        [[KeyboardButton(label, request_contact=True)]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def _button(button: Button, reader: Reader) -> InlineKeyboardButton:
    label = reader.plain(button.label)
    if button.copy is not None:
        return InlineKeyboardButton(label, copy_text=CopyTextButton(button.copy))
    if button.share is not None:
        return InlineKeyboardButton(label, url=f"{SHARE}?{urlencode({'url': button.share})}")
    return InlineKeyboardButton(label, callback_data=button.line)


def people_keyboard(pick: Pick, reader: Reader) -> ReplyKeyboardMarkup:
    """A button that opens Telegram's list of people. It comes back in `users_shared` with the
    number of the pick's line. Bot API, KeyboardButtonRequestUsers: in private chats only.
    """
    wanted = KeyboardButtonRequestUsers(
        number_of(pick.line),
        user_is_bot=False,
        max_quantity=pick.most,
        request_name=True,
        request_username=True,
    )
    button = KeyboardButton(reader.plain(pick.label), request_users=wanted)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)

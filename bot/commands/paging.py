"""Lists that are turned page by page: cursors in the buttons, so that a tap is an ordinary line."""

from __future__ import annotations

from typing import Any

from bot.arguments import Arguments
from bot.command import Button
from bot.commands.target import BUTTON_BYTES
from bot.texts import Prose, say
from core.groups import Group
from core.pages import Cursor, Page


def cursor_of(arguments: Arguments) -> Cursor | None:
    """The page that is asked for; None is the first. Raises Invalid."""
    after, before = arguments.number("after"), arguments.number("before")
    if after is not None:
        return Cursor(after)
    return Cursor(before, back=True) if before is not None else None


def turning_buttons(page: Page[Any], line: str) -> tuple[tuple[Button, ...], ...]:
    """Back and Next, where there are such pages."""
    row = []
    if page.previous is not None:
        row.append(Button(say("« Back"), f"{line} before={page.previous.id}"))
    if page.next is not None:
        row.append(Button(say("Next »"), f"{line} after={page.next.id}"))
    return (tuple(row),) if row else ()


def turning_or_hint(
    page: Page[Any], command: str, text: str, group: Group
) -> tuple[tuple[tuple[Button, ...], ...], Prose | None]:
    """The buttons to turn the page, or a hint where the text is too long to stand in them."""
    line = f'/{command} "{text}" group={group.id}' if text else f"/{command} group={group.id}"
    rows = turning_buttons(page, line)
    if all(_is_whole(button, text) for row in rows for button in row):
        return rows, None
    return (), say("More people match. Fewer letters, without quotes, show them all.")


def _is_whole(button: Button, text: str) -> bool:
    """Whether the button can carry the text: it is short, and quotes won't part it."""
    return len(button.line.encode()) <= BUTTON_BYTES and '"' not in text

"""Lists that are turned page by page: cursors in the buttons, so that a tap is an ordinary line."""

from __future__ import annotations

from typing import Any

from bot.arguments import Arguments
from bot.command import Button
from bot.texts import say
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

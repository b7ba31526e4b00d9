"""Choosing for oneself, or, with `for=group`, for a group's people who did not choose."""

from __future__ import annotations

from collections.abc import Mapping

from bot.command import Button, Call
from bot.commands.target import target_group
from bot.texts import Verbatim, say
from core.errors import Invalid
from core.groups import Group

BUTTONS_A_ROW = 2
OPTIONS = frozenset({"for"})


def whose(call: Call) -> Group | None:
    """None is the asker; `for=group` is everybody in the group who did not choose."""
    whose = call.arguments.option("for")
    if whose is None:
        return None
    if whose.casefold() != "group":
        raise Invalid("unknown_option", option="for", known=Verbatim("for=group"))
    return target_group(call)


def choice_buttons(
    command: str, choices: Mapping[str, str], group: Group | None
) -> tuple[tuple[Button, ...], ...]:
    whose = f" for=group group={group.id}" if group else ""
    row = [
        Button(say("{choice}", choice=Verbatim(label)), f"/{command} {value}{whose}")
        for label, value in choices.items()
    ]
    starts = range(0, len(row), BUTTONS_A_ROW)
    return tuple(tuple(row[at : at + BUTTONS_A_ROW]) for at in starts)

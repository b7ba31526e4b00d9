"""What people write of an event in one breath: its name, and behind it when it is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from bot.arguments import Arguments
from core.errors import Invalid
from core.when import read_when

MOST_WORDS = 7
LEADING = frozenset({"at", "on"})


def with_when(arguments: Arguments, *, zone: str, now: datetime) -> Arguments:
    """The end of the words as the option `at`, where it reads as a time; a name is left over.

    `Cup final sat 19:00` is `Cup final` with `at="sat 19:00"`. Whoever gives `at` means all words
    as the name.
    """
    words = arguments.words
    if arguments.option("at") is not None:
        return arguments
    for start in range(max(1, len(words) - MOST_WORDS), len(words)):
        said = " ".join(words[start:])
        with suppress(Invalid):
            read_when(said, zone=zone, now=now)
            name = words[:start]
            if len(name) > 1 and name[-1].casefold() in LEADING:
                name = name[:-1]
            return replace(arguments, words=name, options=(*arguments.options, ("at", said)))
    return arguments

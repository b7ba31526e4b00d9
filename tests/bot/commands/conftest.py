"""Somebody to talk to: Usher on SQLite, and on both databases where the SQL decides."""

from __future__ import annotations

import pytest

from tests.bot.commands.talk import Talk
from tests.cast import Cast


@pytest.fixture
def talk(sqlite_cast: Cast) -> Talk:
    return Talk(sqlite_cast)


@pytest.fixture
def talk_everywhere(cast: Cast) -> Talk:
    return Talk(cast)

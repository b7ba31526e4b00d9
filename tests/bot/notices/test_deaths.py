"""What an admin reads of messages that were given up."""

from __future__ import annotations

from bot.notices import Notice, render
from bot.texts import Reader
from core.facts import DeathCause, DeliveriesDied
from tests.bot.commands.talk import ISOLATES
from tests.cast import Cast

READER = Reader("en", "UTC")


async def read(cast: Cast, *, everywhere: bool, channel: str = "telegram") -> tuple[str, str]:
    """The word, and what its button says."""
    cause = DeathCause(channel=channel, reason="Bad Gateway", count=3)
    word = DeliveriesDied(
        group_id=cast.tigers.id, person_ids=[], causes=[cause], everywhere=everywhere
    )
    notice = await cast.read(lambda s: render(s, "deaths", word))
    assert isinstance(notice, Notice)
    return ISOLATES.sub("", READER.plain(notice.text)), notice.buttons[0][0].line


async def test_it_names_group_count_and_reason_and_leads_to_them(sqlite_cast: Cast) -> None:
    text, line = await read(sqlite_cast, everywhere=False)
    assert "messages of Tigers" in text
    assert "• 3 – the service has trouble" in text
    assert line == "/outbox dead group=1"


async def test_a_system_admin_is_led_to_those_of_all_groups(sqlite_cast: Cast) -> None:
    text, line = await read(sqlite_cast, everywhere=True, channel="")
    assert "admins I can’t reach" in text
    assert line == "/outbox unread"

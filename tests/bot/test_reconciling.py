"""`python -m bot groupme reconcile`: for the operator, who sees all groups."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.config import Settings, load_settings
from bot.reconciling import reconcile, told
from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from core.audit import AuditEntry
from core.chats import Chat
from core.chats.reconciliations import Report
from tests.cast import Cast


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox("1000000001:SANDBOX-beside-groupme-000000000000000")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    given = {"USHER_GROUPME_TOKEN": GROUPME_TOKEN, "USHER_GROUPME_API_URL": sandbox.groupme_url}
    return load_settings(given, env_file=None)


async def test_it_says_what_it_changed_and_the_second_time_nothing(
    sqlite_cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for expected in (["changed: 1", "  Tigers"], ["changed: 0", "missing: 0"]):
        assert await reconcile(settings, sqlite_cast.database, dry_run=False) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[2:4] == expected
    assert [row.via for row in await sqlite_cast.rows(AuditEntry)][-1] == "operator"


async def test_a_dry_run_only_says(
    sqlite_cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await reconcile(settings, sqlite_cast.database, dry_run=True) == 0
    assert "would change: 1" in capsys.readouterr().out
    assert await sqlite_cast.rows(Chat) == []


async def test_without_groupme_it_fails_with_one_line(
    sqlite_cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str], sandbox: Sandbox
) -> None:
    sandbox.groupme_api.token = "another"
    assert await reconcile(settings, sqlite_cast.database, dry_run=False) == 1
    assert capsys.readouterr().out == "GroupMe can't be asked: 401 unauthorized\n"


def test_long_lists_are_cut_short() -> None:
    lines = list(told(Report(changed=[f"Team {number}" for number in range(60)]), dry_run=False))
    assert "  … and 10 more" in lines

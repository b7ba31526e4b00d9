"""Several processes on one PostgreSQL: one sends, one polls, and others take over."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import text

from bot.sandbox.server import Sandbox
from core.deliveries import Delivery, DeliveryStatus
from core.migrate import latest_revision
from tests.faults.rig import BOB, CAROL, Processes, Team, team, until, variables

REVISION = text("UPDATE alembic_version SET version_num = :now")


@pytest.fixture
async def tigers(postgresql_database_url: str, sandbox: Sandbox) -> AsyncIterator[Team]:
    async with team(postgresql_database_url, sandbox) as tigers:
        yield tigers


@pytest.fixture
def settings(postgresql_database_url: str, sandbox: Sandbox) -> dict[str, str]:
    return variables(postgresql_database_url, sandbox)


async def is_sent(tigers: Team) -> bool:
    """Whether all is sent and that is written down: Carol's welcome waits for Bob's."""
    rows = await tigers.cast.rows(Delivery)
    return bool(rows) and all(row.status is DeliveryStatus.SENT for row in rows)


def another(settings: dict[str, str], sandbox: Sandbox) -> dict[str, str]:
    """The same with a port of its own."""
    return settings | {
        "USHER_HTTP_PORT": variables("", sandbox)["USHER_HTTP_PORT"],
    }


async def test_another_process_takes_over_from_one_that_was_killed(
    processes: Processes, tigers: Team, settings: dict[str, str]
) -> None:
    first = processes.start(settings)
    await until(first.is_ready)
    second = processes.start(another(settings, tigers.sandbox))
    await until(second.is_ready)
    await tigers.accept(BOB)
    await until(partial(is_sent, tigers))
    first.signal(signal.SIGKILL)
    await tigers.accept(CAROL)
    await tigers.welcomed("Carol")
    assert [len(tigers.welcomes()), "409" in second.text()] == [2, False]


@pytest.mark.fault(8)
async def test_another_process_takes_over_from_one_that_froze(
    processes: Processes, tigers: Team, settings: dict[str, str]
) -> None:
    frozen = processes.start(settings, "worker")
    await frozen.logged("usher is up")
    heir = processes.start(another(settings, tigers.sandbox), "worker")
    await heir.logged("usher is up")
    frozen.signal(signal.SIGSTOP)
    await tigers.cast.accept(tigers.cast.charlie, tigers.invite.token)
    await tigers.welcomed("Charlie")
    frozen.signal(signal.SIGCONT)
    await frozen.logged("ours=False")
    assert len(tigers.welcomes()) == 1


async def test_what_one_process_commits_another_sends_at_once(
    processes: Processes, tigers: Team, settings: dict[str, str]
) -> None:
    worker = processes.start(settings, "worker")
    await worker.logged("usher is up")
    await tigers.cast.accept(tigers.cast.charlie, tigers.invite.token)  # in this process
    await tigers.welcomed("Charlie")  # its interval is an hour


@pytest.mark.fault(29)
async def test_a_process_of_an_older_version_ends_with_a_line(
    processes: Processes, tigers: Team, settings: dict[str, str]
) -> None:
    old = processes.start(settings)
    await until(old.is_ready)
    try:
        await tigers.cast.write(lambda s: s.execute(REVISION, {"now": "9999"}).close())
        assert await old.ended() == 1
    finally:
        await tigers.cast.write(lambda s: s.execute(REVISION, {"now": latest_revision()}).close())
    assert "The database is now at revision 9999" in old.text()

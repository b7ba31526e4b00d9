"""A mail server program of Debian's takes our mail too: smtp-sink, which comes with postfix."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator

import pytest

from bot.channels.email import EmailChannel
from bot.ground import Ground
from bot.mail.server import MailServer, Origin
from bot.notices import Notice
from bot.texts import Reader, say
from core.deliveries.claims import Claim, Told
from core.invites.whom import EMAIL
from tests.cast import Cast
from tests.faults.rig import free_port, until

PROGRAM = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="smtp-sink (postfix) is not installed")


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    port = free_port()
    unprivileged = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [PROGRAM or "", *unprivileged, f"127.0.0.1:{port}", "8"]
    process = await asyncio.create_subprocess_exec(*command)

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    try:
        await until(listens)
        yield MailServer("127.0.0.1", port)
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.fault(56)
async def test_it_takes_several_mails_over_one_connection(
    sqlite_cast: Cast, server: MailServer
) -> None:
    origin = Origin("usher@club.example", "https://usher.club.example")
    channel = EmailChannel(server, origin, Ground(sqlite_cast.database, sqlite_cast.clock))
    told = Told("member.joined", {}, sqlite_cast.tigers.id)
    notice = Notice(say("Welcome {person}!", person="Erin"))
    for number in range(3):
        claim = Claim(number, "t", EMAIL, "erin@example.org", "registration", 0, 1, 0, told)
        assert await channel.deliver(claim, notice, Reader("en", "UTC"))
    await channel.stop()

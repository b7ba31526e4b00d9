"""From a fact to an e-mail in the sandbox's mailbox, and what each mishap leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.channels.email import EmailChannel
from bot.ground import Ground
from bot.mail.server import MailServer, Origin
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.texts import Reader
from bot.worker import OutboxJob
from core.access import Role
from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.invites import InviteToken, Offer, create_invite
from core.invites.whom import EMAIL
from core.mail.mailboxes import Mailbox, unsubscribe, why_closed
from core.mail.mailing import SENDER_NOTE, mail_invite
from core.outbox import record
from core.people import find_identity, mark_reachable
from core.platform_notes import replace_notes
from core.tokens import digest
from tests.cast import Cast, Somebody
from tests.faults.rig import sandbox_at, until

PENDING, _, SENT, _, _, FAILED, DEAD, _, CANCELLED = DeliveryStatus
ERIN = "erin@example.org"


@dataclass
class Office:
    """A job with a channel to the sandbox's mail server."""

    cast: Cast
    sandbox: Sandbox
    ground: Ground
    job: OutboxJob

    async def met(self, role: Role = Role.MEMBER) -> Somebody:
        """Erin, of whom an e-mail address alone is known, is in the Tigers."""
        erin = await self.cast.somebody("Erin", role=role)

        def unit(s: Session) -> None:
            identity = find_identity(s, platform="telegram", address=erin.sender.address)
            assert identity is not None
            identity.platform, identity.address, identity.reachable = EMAIL, ERIN, True

        await self.cast.write(unit)
        return erin

    async def join(self, who: Somebody) -> None:
        fact = MemberJoined(group_id=self.cast.tigers.id, person_id=who.id, invite_id=None)
        await self.cast.write(partial(record, fact=fact, now=self.cast.now))

    async def comes_to(self, status: DeliveryStatus, attempts: int = 1) -> Delivery:
        async def look() -> list[Delivery]:
            found = await self.cast.rows(Delivery)
            return [row for row in found if (row.status, row.attempts) == (status, attempts)]

        [row] = await until(look)
        return row

    def goes_wrong(self, command: str, **how: object) -> None:
        self.sandbox.faults.add(Fault(f"SMTP {command}", **how))  # type: ignore[arg-type]

    def counted(self, name: str, **labels: str) -> float:
        found = self.ground.metrics.registry.get_sample_value(name, {"channel": EMAIL, **labels})
        return found or 0.0


@pytest.fixture
async def office(sqlite_cast: Cast) -> AsyncIterator[Office]:
    async with sandbox_at() as sandbox:
        ground = Ground(sqlite_cast.database, sqlite_cast.clock)
        server = MailServer.from_url(sandbox.smtp_url)
        channel = EmailChannel(server, Origin("usher@club.example", "https://u.example"), ground)
        job = OutboxJob(ground, {EMAIL: channel}, reader=Reader("en", "UTC"))
        yield Office(sqlite_cast, sandbox, ground, job)
        await asyncio.wait_for(job.stop(), 5)
        await channel.stop()


async def test_who_has_no_chat_hears_by_e_mail_that_they_are_in(office: Office) -> None:
    await office.join(await office.met())
    row = await office.comes_to(SENT)
    [mail] = office.sandbox.mailbox.to(ERIN)
    assert (row.kind, row.provider_id) == ("registration", mail.header("Message-ID"))
    assert mail.header("Subject") == "You are in Tigers"
    assert office.counted("usher_messages_sent_total", outcome="sent") == 1


async def test_who_has_a_chat_gets_no_e_mail(office: Office) -> None:
    bob = office.cast.bob
    place = {"platform": "telegram", "address": bob.sender.address}
    await office.cast.write(lambda s: mark_reachable(s, **place))
    await office.join(bob)
    await office.job.tick()
    assert await office.cast.rows(Delivery) == []


async def test_an_invite_s_mail_holds_a_link_that_opens_it(office: Office) -> None:
    cast = office.cast

    def unit(s: Session) -> None:
        replace_notes(s, platform=EMAIL, notes={SENDER_NOTE: "x"}, now=cast.now)
        offer = Offer(claim=f"{EMAIL}:{ERIN}")
        invite, _ = create_invite(s, cast.alice(s), group=cast.tigers(s), offer=offer, now=cast.now)
        assert mail_invite(s, invite, now=cast.now)

    await cast.write(unit)
    assert (await office.comes_to(SENT)).kind == "invite"
    [mail] = office.sandbox.mailbox.to(ERIN)
    assert mail.header("Subject") == "Alice invites you to Tigers"
    link = next(word for word in mail.text().split() if word.startswith("https://u.example/i/"))
    tokens = {token.digest for token in await cast.rows(InviteToken)}
    assert digest(link.rpartition("/")[2]) in tokens


@pytest.mark.fault(57)
async def test_what_may_have_arrived_is_sent_again_and_arrives_as_one(office: Office) -> None:
    office.goes_wrong("CONTENT", drop="after")
    await office.join(await office.met())
    row = await office.comes_to(PENDING)
    assert "no answer to the message itself" in (row.last_error or "")
    office.cast.clock.advance(hours=1)
    await office.job.tick()
    await office.comes_to(SENT, attempts=2)
    [mail] = office.sandbox.mailbox.to(ERIN)
    assert mail.copies == 2


@pytest.mark.fault(56)
async def test_a_busy_server_is_asked_again_after_a_quarter_of_an_hour(office: Office) -> None:
    office.goes_wrong("RCPT", status=450, description="4.7.1 Greylisted")
    await office.join(await office.met())
    row = await office.comes_to(PENDING)
    assert (row.due_at - office.cast.now).total_seconds() >= 0.8 * 15 * 60
    office.cast.clock.advance(hours=1)
    await office.job.tick()
    await office.comes_to(SENT, attempts=2)


@pytest.mark.fault(56)
async def test_a_bounce_marks_the_address_and_its_person(office: Office) -> None:
    office.goes_wrong("RCPT", status=550, description="5.1.1 No such user")
    await office.join(await office.met())
    row = await office.comes_to(FAILED)
    assert row.last_error == "550 5.1.1 No such user"
    closed = await office.cast.read(lambda s: why_closed(s, ERIN))
    assert closed == "550 5.1.1 No such user"
    identity = await office.cast.read(lambda s: find_identity(s, platform=EMAIL, address=ERIN))
    assert identity is not None
    assert not identity.reachable
    assert office.counted("usher_refusals_total", why="unreachable") == 1


@pytest.mark.fault(56)
async def test_what_is_about_us_marks_nobody_and_waits_for_somebody_to_look(office: Office) -> None:
    office.goes_wrong("MAIL", status=550, description="5.7.26 Not authenticated")
    await office.join(await office.met())
    await office.comes_to(DEAD)
    assert await office.cast.read(lambda s: why_closed(s, ERIN)) is None


async def test_what_waits_for_somebody_who_unsubscribes_is_called_off(office: Office) -> None:
    office.goes_wrong("RCPT", status=450, description="4.7.1 Greylisted")
    await office.join(await office.met())
    await office.comes_to(PENDING)
    [mailbox] = await office.cast.rows(Mailbox)
    now = office.cast.now
    await office.cast.write(lambda s: unsubscribe(s, token=mailbox.token, now=now))
    row = await office.comes_to(CANCELLED)
    assert row.last_error == "they asked for no more e-mail"


async def test_without_e_mail_a_message_is_skipped_with_the_reason(sqlite_cast: Cast) -> None:
    ground = Ground(sqlite_cast.database, sqlite_cast.clock)
    job = OutboxJob(ground, {}, reader=Reader("en", "UTC"))
    office = Office(sqlite_cast, None, ground, job)  # type: ignore[arg-type]
    await office.join(await office.met())
    row = await office.comes_to(CANCELLED, attempts=0)
    assert row.last_error == "email is not set up here"
    await job.stop()

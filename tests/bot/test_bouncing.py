"""`python -m bot bounce`: what the mail server hands over changes the delivery it is about."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from bot.bouncing import bounce
from bot.config import Settings
from core.deliveries import Delivery, DeliveryStatus
from core.facts import MemberJoined
from core.invites.whom import EMAIL
from core.outbox import OutboxEvent, record
from tests.bot.mail.test_bounces import OURS, report
from tests.cast import NOW, Cast


async def hand_over(url: str, patch: pytest.MonkeyPatch, content: bytes) -> int:
    patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    return await bounce(Settings(database_url=SecretStr(url)))


@pytest.fixture
async def sent(sqlite_cast: Cast) -> None:
    bob, tigers = sqlite_cast.bob.id, sqlite_cast.tigers.id
    fact = MemberJoined(group_id=tigers, person_id=bob, invite_id=None)
    await sqlite_cast.write(lambda s: record(s, fact, now=NOW))
    [event] = await sqlite_cast.rows(OutboxEvent)
    row = Delivery(id=7, outbox_id=event.id, channel=EMAIL, address="erin@example.org")
    row.kind, row.due_at, row.status, row.provider_id = "x", NOW, DeliveryStatus.SENT, OURS
    await sqlite_cast.write(lambda s: s.add(row))


@pytest.mark.usefixtures("sent")
async def test_a_bounce_fails_its_delivery(
    sqlite_cast: Cast, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await hand_over(sqlite_database_url, monkeypatch, report()) == 0
    [row] = await sqlite_cast.rows(Delivery)
    assert (row.status, row.last_error) == (DeliveryStatus.FAILED, "5.1.1 550 5.1.1 No such user")


@pytest.mark.usefixtures("sent")
async def test_any_other_mail_changes_nothing(
    sqlite_cast: Cast, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await hand_over(sqlite_database_url, monkeypatch, b"Subject: Out\n\nAway.") == 0
    [row] = await sqlite_cast.rows(Delivery)
    assert row.status is DeliveryStatus.SENT

"""The sandbox's mail server, as an independent client and the page see it."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox

ERIN = "erin@example.org"


def written(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "usher@club.example", ERIN, "Hello"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Line\n.dot\n")
    mail.add_alternative("<html><head></head><p>Line</p></html>", subtype="html")
    return mail


async def through(sandbox: Sandbox, act: Callable[[smtplib.SMTP], Any]) -> Any:
    """What the standard library's client makes of it."""
    port = urlsplit(sandbox.smtp_url).port or 0

    def talk() -> Any:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="club.example", timeout=10) as client:
            return act(client)

    return await asyncio.to_thread(talk)


async def test_a_mail_arrives_as_it_was_written(sandbox: Sandbox) -> None:
    await through(sandbox, lambda client: client.send_message(written()))
    [mail] = sandbox.mailbox.to(ERIN)
    assert mail.header("Subject") == "Hello"
    assert mail.text().splitlines() == ["Line", ".dot"]


async def test_a_repeat_is_recognised_by_its_message_id(sandbox: Sandbox) -> None:
    sent = written(Message_ID="<1@club.example>")
    for _ in range(2):
        await through(sandbox, lambda client: client.send_message(sent))
    [mail] = sandbox.mailbox.mails
    assert mail.copies == 2


async def test_a_reply_can_be_asked_for(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("SMTP RCPT", status=550, description="5.1.1 No such user"))
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await through(sandbox, lambda client: client.send_message(written()))
    assert refused.value.recipients[ERIN] == (550, b"5.1.1 No such user")


@pytest.mark.parametrize(("drop", "arrived"), [("before", 0), ("after", 1)])
async def test_it_can_hang_up_after_the_dot(sandbox: Sandbox, drop: str, arrived: int) -> None:
    sandbox.faults.add(Fault("SMTP CONTENT", drop=drop))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await through(sandbox, lambda client: client.send_message(written()))
    assert len(sandbox.mailbox.mails) == arrived


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["MAIL FROM:<a@b.example>"], 503),
        (["EHLO x", "RCPT TO:<a@b.example>"], 503),
        (["EHLO x", "MAIL FROM:a@b.example"], 501),
        (["EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<nobody>"], 501),
        (["EHLO x", "MAIL FROM:<é@b.example>"], 553),
        (["EHLO x", "DATA"], 503),
        (["FORGET x"], 500),
    ],
)
async def test_it_is_as_strict_as_a_real_one(sandbox: Sandbox, lines: list[str], code: int) -> None:
    def talk(client: smtplib.SMTP) -> int:
        client.command_encoding = "utf-8"
        return [client.docmd(line)[0] for line in lines][-1]

    assert await through(sandbox, talk) == code


async def test_what_it_shows_runs_nothing_and_loads_nothing(sandbox: Sandbox) -> None:
    await through(sandbox, lambda client: client.send_message(written()))
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{sandbox.url}/play/mails/1") as answer,
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert '<base target="_blank">' in await answer.text()

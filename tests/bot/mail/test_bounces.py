"""Bounces, as real servers write them."""

from __future__ import annotations

import pytest

from bot.mail.bounces import Bounce, read_bounce

OURS = "<7.0123456789abcdef01234567@usher.club.example>"
REPORT = """From: MAILER-DAEMON@mail.example
To: usher@club.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; erin@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user

--b
{original}

--b--
"""
WHOLE = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nSubject: Hi\n\nHello"
HEADERS = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\nSubject: Hi\n"


def report(action: str = "failed", status: str = "5.1.1", original: str = WHOLE) -> bytes:
    return REPORT.format(action=action, status=status, original=original).encode()


@pytest.mark.parametrize("original", [WHOLE, HEADERS])
def test_what_came_back_says_which_mail_it_was_and_why(original: str) -> None:
    found = read_bounce(report(original=original))
    assert found == Bounce(OURS, "5.1.1", "5.1.1 550 5.1.1 No such user")
    assert found.bad_address


def test_a_full_mailbox_says_nothing_against_the_address() -> None:
    found = read_bounce(report(status="5.2.2"))
    assert found is not None
    assert not found.bad_address


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_no_failure_is_left_alone(action: str) -> None:
    assert read_bounce(report(action=action)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"Subject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.\n",
        REPORT.format(
            action="failed", status="5.1.1", original="Content-Type: text/plain"
        ).encode(),
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status",
    ],
)
def test_what_is_no_bounce_is_left_alone(content: bytes) -> None:
    assert read_bounce(content) is None

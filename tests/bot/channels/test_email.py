"""A Notice as an e-mail, and each reply of a mail server in the outbox's own terms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from bot.channels.email import EmailChannel
from bot.ground import Ground
from bot.mail.connections import MOST
from bot.mail.server import MailServer, Origin
from bot.notices import Admission, Enclosure, Notice
from bot.texts import Reader, lines, say
from core.deliveries.claims import Claim, Told
from core.deliveries.errors import DeliveryError
from core.invites.whom import EMAIL
from core.mail.mailboxes import Mailbox, mark_refusing, unsubscribe
from tests.bot.mail.postbox import HANG_UP, PASSWORD, USER, Postbox, certificate, postbox
from tests.cast import NOW, Cast

READER = Reader("en", "UTC")
NOTICE = Notice(lines(say("Welcome {person} to <b>{group}</b>!", person="<b>", group="A & B")))
ORIGIN = Origin("usher@club.example", "https://usher.club.example")
ERIN = "erin@example.org"


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as box:
        yield box


@pytest.fixture
async def channel(sqlite_cast: Cast, box: Postbox) -> AsyncIterator[EmailChannel]:
    channel = channel_to(sqlite_cast, MailServer("127.0.0.1", box.port))
    yield channel
    await channel.stop()


def channel_to(cast: Cast, server: MailServer, **more: object) -> EmailChannel:
    ground = Ground(cast.database, cast.clock)
    return EmailChannel(server, ORIGIN, ground, **more)  # type: ignore[arg-type]


def claim_of(cast: Cast, address: str = ERIN, number: int = 7) -> Claim:
    told = Told("member.joined", {}, cast.tigers.id)
    return Claim(number, "token", EMAIL, address, "registration", 0, 1, 0, told)


async def outcome(
    cast: Cast, channel: EmailChannel, notice: Notice = NOTICE, address: str = ERIN
) -> str:
    try:
        await channel.deliver(claim_of(cast, address), notice, READER)
    except DeliveryError as error:
        flags = ("unwanted", "unreachable", "ours", "permanent", "uncertain", "repeatable")
        return " ".join(name for name in flags if getattr(error, name)) or "again"
    return "sent"


async def test_a_mail_has_the_headers_of_what_a_program_sends(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    sent_id = await channel.deliver(claim_of(sqlite_cast), NOTICE, READER)
    mail = box.mail()
    assert mail["From"] == "Tigers <usher@club.example>"
    assert mail["To"] == ERIN
    assert mail["Subject"] == "Welcome <b> to A & B!"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["Message-ID"] == sent_id
    assert str(sent_id).endswith("@usher.club.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert box.envelopes == [("usher@club.example", [ERIN])]


async def test_one_click_leads_to_a_link_of_the_reader_s_own(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    assert await outcome(sqlite_cast, channel) == "sent"
    [mailbox] = await sqlite_cast.rows(Mailbox)
    link = f"https://usher.club.example/u/{mailbox.token}"
    assert box.mail()["List-Unsubscribe"].strip() == f"<{link}>"
    assert box.mail()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in box.part("plain")
    assert f'href="{link}"' in box.part("html")


async def test_names_are_escaped_and_marked_up_in_the_html_alone(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    assert await outcome(sqlite_cast, channel) == "sent"
    assert "Welcome \u2068<b>\u2069 to \u2068A & B\u2069!" in box.part("plain")
    assert "Welcome \u2068&lt;b&gt;\u2069 to <b>\u2068A &amp; B\u2069</b>!" in box.part("html")


async def test_what_the_reader_asked_for_has_no_unsubscribe_link_and_comes_all_the_same(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    await outcome(sqlite_cast, channel)
    [mailbox] = await sqlite_cast.rows(Mailbox)
    await sqlite_cast.write(lambda s: unsubscribe(s, token=mailbox.token, now=NOW))
    box.mails.clear()
    code = replace(NOTICE, is_asked_for=True)
    assert await outcome(sqlite_cast, channel, code) == "sent"
    assert box.mail()["List-Unsubscribe"] is None
    assert "/u/" not in box.part("plain")


async def test_who_unsubscribed_or_does_not_exist_is_not_written_to(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    await sqlite_cast.write(lambda s: mark_refusing(s, address=ERIN, reason="5.1.1", now=NOW))
    assert await outcome(sqlite_cast, channel) == "unwanted"
    assert box.accepted == 0


async def test_an_enclosure_goes_along(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    roster = Enclosure("roster.csv", b"name\r\nErin\r\n", "text/csv")
    assert await outcome(sqlite_cast, channel, replace(NOTICE, enclosures=(roster,))) == "sent"
    [part] = box.mail().iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == ("roster.csv", "text/csv")
    assert part.get_payload(decode=True) == b"name\r\nErin\r\n"


async def test_an_invitation_is_shown_and_enclosed(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    content = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    game = Enclosure("invite.ics", content, "text/calendar", method="REQUEST")
    assert await outcome(sqlite_cast, channel, replace(NOTICE, enclosures=(game,))) == "sent"
    kinds = [part.get_content_type() for part in box.mail().walk()]
    assert kinds.count("text/calendar") == 2
    shown = next(part for part in box.mail().walk() if part.get_content_type() == "text/calendar")
    assert shown["Content-Type"].params["method"] == "REQUEST"


@pytest.mark.fault(56)
@pytest.mark.parametrize(
    ("command", "reply", "meaning"),
    [
        ("RCPT", "450 4.7.1 Greylisted", "again"),
        ("RCPT", "451 Try later", "again"),
        ("RCPT", "452 4.2.2 Over quota", "again"),
        ("RCPT", "552 5.2.2 Mailbox full", "again"),
        ("RCPT", "550 5.1.1 No such user", "unreachable permanent"),
        ("RCPT", "553 5.1.3 Bad address", "unreachable permanent"),
        ("RCPT", "550 5.2.1 Mailbox disabled", "unreachable permanent"),
        ("RCPT", "556 5.1.10 Takes no mail", "unreachable permanent"),
        ("RCPT", "550 Not here", "permanent"),
        ("RCPT", "550 5.7.1 Refused by policy", "ours permanent"),
        ("MAIL", "550 5.7.26 Not authenticated", "ours permanent"),
        ("MAIL", "553 5.1.8 Bad sender", "ours permanent"),
        ("MAIL", "421 4.7.0 Too many", "again"),
        ("DATA", "421 4.3.0 Closing", "again"),
        ("DATA", "550 5.1.1 After all nobody", "unreachable permanent"),
        ("DATA", "552 5.3.4 Too big", "permanent"),
        ("DATA", "554 5.7.1 Spam", "ours permanent"),
    ],
)
async def test_each_reply_has_its_meaning(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox, command: str, reply: str, meaning: str
) -> None:
    box.answers(command, reply)
    assert await outcome(sqlite_cast, channel) == meaning
    assert box.mails == []


@pytest.mark.fault(56)
async def test_of_two_recipients_each_has_a_message_and_a_fate_of_their_own(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    box.answers("RCPT", "550 5.1.1 No such user")
    assert await outcome(sqlite_cast, channel) == "unreachable permanent"
    assert await outcome(sqlite_cast, channel, address="gus@example.org") == "sent"
    assert box.envelopes == [("usher@club.example", ["gus@example.org"])]


@pytest.mark.fault(57)
async def test_a_connection_lost_after_the_dot_may_be_repeated_and_keeps_its_message_id(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    box.answers("DATA", HANG_UP)
    assert await outcome(sqlite_cast, channel) == "uncertain repeatable"
    assert await outcome(sqlite_cast, channel) == "sent"
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
async def test_a_connection_lost_before_the_message_is_simply_tried_again(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox, command: str
) -> None:
    box.answers(command, HANG_UP)
    assert await outcome(sqlite_cast, channel) == "again"


async def test_where_no_server_listens_it_is_tried_again(sqlite_cast: Cast) -> None:
    channel = channel_to(sqlite_cast, MailServer("127.0.0.1", 1))
    assert await outcome(sqlite_cast, channel) == "again"


async def test_another_mail_takes_the_same_connection(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    assert [await outcome(sqlite_cast, channel) for _ in range(3)] == ["sent"] * 3
    assert box.accepted == 1 <= MOST


async def test_mail_is_no_place_for_acts(sqlite_cast: Cast, channel: EmailChannel) -> None:
    with pytest.raises(DeliveryError) as refused:
        await channel.deliver(claim_of(sqlite_cast), Admission("1", let_in=True), READER)
    assert refused.value.permanent


async def test_a_password_goes_over_an_encrypted_connection_only(
    sqlite_cast: Cast, tmp_path: Path
) -> None:
    ours, theirs = certificate(tmp_path)
    async with postbox(context=ours, login=True) as box:
        server = MailServer("127.0.0.1", box.port, user=USER, password=PASSWORD)
        channel = channel_to(sqlite_cast, server, context=theirs)
        assert await outcome(sqlite_cast, channel) == "sent"
        await channel.stop()
        assert box.logins == [USER]


async def test_without_starttls_no_password_is_told(sqlite_cast: Cast, box: Postbox) -> None:
    server = MailServer("127.0.0.1", box.port, user=USER, password=PASSWORD)
    channel = channel_to(sqlite_cast, server)
    assert await outcome(sqlite_cast, channel) == "again"
    assert (box.logins, box.mails) == ([], [])


async def test_a_certificate_of_nobody_we_trust_gets_no_password(
    sqlite_cast: Cast, tmp_path: Path
) -> None:
    ours, _ = certificate(tmp_path)
    async with postbox(context=ours, login=True) as box:
        server = MailServer("127.0.0.1", box.port, user=USER, password=PASSWORD)
        assert await outcome(sqlite_cast, channel_to(sqlite_cast, server)) == "again"
        assert box.logins == []


async def test_smtps_is_encrypted_from_the_start(sqlite_cast: Cast, tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path)
    async with postbox(context=ours, starttls=False) as box:
        server = MailServer("127.0.0.1", box.port, tls=True)
        channel = channel_to(sqlite_cast, server, context=theirs)
        assert await outcome(sqlite_cast, channel) == "sent"
        await channel.stop()


async def test_a_wrong_password_is_not_tried_again_and_again(
    sqlite_cast: Cast, tmp_path: Path
) -> None:
    ours, theirs = certificate(tmp_path)
    async with postbox(context=ours, login=True) as box:
        server = MailServer("127.0.0.1", box.port, user=USER, password="wrong")
        channel = channel_to(sqlite_cast, server, context=theirs)
        assert [await outcome(sqlite_cast, channel) for _ in range(3)] == ["again"] * 3
        assert box.accepted == 1


@pytest.mark.attack(55)
async def test_addresses_of_other_scripts_are_written_to_as_they_are(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    address = "דנה@xn--9dbne9b.example"
    assert await outcome(sqlite_cast, channel, address=address) == "sent"
    assert box.envelopes[0][1] == [address]


@pytest.mark.attack(31)
@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("Tigers\r\nBcc: eve@evil.example", "Welcome Erin to Tigers Bcc: eve@evil.example!"),
        ("Win http://evil.example/x now", "Welcome Erin to Win … now!"),
        ("www.evil.example", "Welcome Erin to …!"),
        ("Tigers\u202eevil", "Welcome Erin to Tigersevil!"),
    ],
)
async def test_a_name_injects_no_header_and_carries_no_link(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox, name: str, subject: str
) -> None:
    text = say("Welcome {person} to <b>{group}</b>!", person="Erin", group=name)
    assert await outcome(sqlite_cast, channel, Notice(text)) == "sent"
    assert box.mail()["Subject"] == subject
    assert box.mail()["Bcc"] is None
    assert "evil.example/x" not in box.part("html")
    assert 'href="http' not in box.part("html").replace('href="https://usher.club', "")


@pytest.mark.attack(31)
async def test_a_domain_in_a_name_is_no_link_to_a_mail_program(
    sqlite_cast: Cast, channel: EmailChannel, box: Postbox
) -> None:
    text = say("Welcome {person} to <b>{group}</b>!", person="Erin", group="evil.example")
    assert await outcome(sqlite_cast, channel, Notice(text)) == "sent"
    assert "evil.example" not in box.part("plain").replace("@evil.example", "")


def test_a_first_pause_is_long_enough_for_a_greylist() -> None:
    assert EmailChannel.policy.delay(1) >= timedelta(minutes=5)

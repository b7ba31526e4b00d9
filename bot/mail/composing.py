"""Composing: a notice as a message with all its headers, the same however often it is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.mail.reading import MailReader, on_one_line
from bot.mail.server import Origin
from bot.notices import Enclosure, Notice
from bot.texts import Prose, Text, say
from core.mail.brands import Look

SUBJECT_LIMIT = 120
SEE_INVITE, SEE_CONTRACT = say("See the invite and answer"), say("Read and sign the contract")
URL = re.compile(r"https?://[^\s<>\"'&]+(?:&amp;[^\s<>\"'&]+)*")
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on and around the words of one e-mail. `unsubscribe` is the link that asks for no
    more; what was asked for has none. `link` opens what it offers, and `action` says what that is.
    """

    recipient: str
    message_id: str
    written_at: datetime
    look: Look
    unsubscribe: str | None = None
    link: str | None = None
    action: Text = SEE_INVITE


def compose(notice: Notice, letter: Letter, origin: Origin, reader: MailReader) -> bytes:
    """The message as it goes over the wire, lines ending in CRLF (RFC 5322)."""
    local, _, domain = letter.recipient.rpartition("@")
    policy = SMTP if letter.recipient.isascii() and origin.address.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy)
    message["From"] = origin.sender(on_one_line(letter.look.name, SUBJECT_LIMIT))
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = subject_of(notice, reader)
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834
    message["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"  # RFC 2369
        if letter.unsubscribe.startswith("https:"):  # RFC 8058 allows no other
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    shown = _shown(notice, letter, reader)
    message.set_content(_render("letter.txt", shown), cte="quoted-printable")
    page = _render("letter.html", shown)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    for enclosure in notice.enclosures:
        _enclose(message, enclosure)
    return message.as_bytes()


def subject_of(notice: Notice, reader: MailReader) -> str:
    """On one line, whatever the names in it hold."""
    text = reader.plain(notice.subject or words_of(notice)).strip()
    return on_one_line(text if notice.subject else text.partition("\n")[0], SUBJECT_LIMIT)


def words_of(notice: Notice) -> Prose:
    """What is said by e-mail, where there is nothing to tap."""
    return notice.text if notice.letter is None else notice.letter


def _shown(notice: Notice, letter: Letter, reader: MailReader) -> dict[str, Any]:
    marked_up, club = reader.html(words_of(notice)), letter.look.name
    action = letter.action if letter.link else say("Join the room")
    return {
        "reader": reader,
        "look": letter.look,
        "subject": subject_of(notice, reader),
        "text": reader.plain(words_of(notice)),
        "paragraphs": [_as_html(part) for part in re.split(r"\n{2,}", marked_up) if part.strip()],
        "link": letter.link or notice.url,
        "action": reader.plain(action),
        "unsubscribe": letter.unsubscribe,
        "why": reader.plain(say("{club} sent you this by Usher.", club=club)),
        "no_more": reader.plain(say("No more e-mail like this")),
    }


def _as_html(paragraph: str) -> Markup:
    """What a Reader rendered is escaped already; only links are added."""
    linked = URL.sub(lambda url: f'<a dir="ltr" href="{url[0]}">{url[0]}</a>', paragraph.strip())
    return Markup(linked.replace("\n", "<br>\n"))  # noqa: S704


def _render(name: str, shown: dict[str, Any]) -> str:
    return TEMPLATES.get_template(name).render(shown)


def _enclose(message: EmailMessage, enclosure: Enclosure) -> None:
    kind, _, subtype = enclosure.media_type.partition("/")
    if enclosure.method is not None:
        # RFC 6047: shown with buttons to answer where the program knows how.
        text = enclosure.content.decode()
        params = {"method": enclosure.method, "component": "VEVENT"}
        message.add_alternative(text, subtype="calendar", params=params)
    message.add_attachment(
        enclosure.content, maintype=kind, subtype=subtype, filename=enclosure.filename
    )

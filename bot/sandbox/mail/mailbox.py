"""Every e-mail that arrived, whoever it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any

from bot.sandbox.telegram.changes import Changes


@dataclass
class Mail:
    """One message as it came; `copies` is how often: a repeat has the same Message-ID."""

    id: int
    sender: str
    recipient: str
    message: EmailMessage
    arrived_at: float
    copies: int = 1

    def header(self, name: str) -> str:
        """Decoded; empty when it is missing."""
        return str(self.message.get(name, ""))

    def text(self, kind: str = "plain") -> str:
        """The body as `plain` or `html`; empty when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    def files(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())


class Mailbox:
    """All mail of this world; `now` gives Unix seconds."""

    def __init__(self, now: Callable[[], float], changes: Changes) -> None:
        self._now = now
        self._changes = changes
        self.mails: list[Mail] = []

    def arrive(self, sender: str, recipient: str, content: bytes) -> Mail:
        """Keep a message. One that is here already is counted, not shown twice."""
        message = message_from_bytes(content, policy=SMTPUTF8)
        mail = self._known(recipient, message) or Mail(
            len(self.mails) + 1, sender, recipient, message, self._now(), copies=0
        )
        mail.copies += 1
        if mail.copies == 1:
            self.mails.append(mail)
        self._changes.publish("mail", **shown(mail))
        return mail

    def find(self, number: int) -> Mail | None:
        return next((mail for mail in self.mails if mail.id == number), None)

    def to(self, recipient: str) -> list[Mail]:
        """What came for one address, oldest first."""
        return [mail for mail in self.mails if mail.recipient == recipient]

    def clear(self) -> None:
        self.mails.clear()

    def _known(self, recipient: str, message: EmailMessage) -> Mail | None:
        key = message.get("Message-ID")
        same = (mail for mail in self.to(recipient) if mail.message.get("Message-ID") == key)
        return next(same, None) if key else None


def shown(mail: Mail) -> dict[str, Any]:
    """As the page and scripts see it. `html` is a path below the sandbox's own address."""
    return {
        "id": mail.id,
        "from": mail.header("From"),
        "to": mail.recipient,
        "subject": mail.header("Subject"),
        "text": mail.text(),
        "html": f"/play/mails/{mail.id}",
        "files": [part.get_filename() or "" for part in mail.files()],
        "unsubscribe": mail.header("List-Unsubscribe").strip(" <>"),
        "message_id": mail.header("Message-ID"),
        "date": mail.arrived_at,
        "copies": mail.copies,
    }

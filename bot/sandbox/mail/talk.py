"""One client's talk with the mail server, command by command (RFC 5321)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

LARGEST = 10 * 1024 * 1024
PATH = re.compile(r"(?i)(FROM|TO):<([^<>\s]*)>((?: [A-Z0-9]+(?:=\S+)?)*)")
HELLO = ("ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", f"SIZE {LARGEST}")
GO_ON, CLOSING = 354, 221


@dataclass
class Talk:
    """What was said so far; `take` keeps a message and gives the answer to it."""

    take: Callable[[str, list[str], bytes], str]
    greeted: bool = False
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    def answer(self, line: str) -> str:
        """The reply to a command line, which came without its CRLF."""
        verb, _, rest = line.partition(" ")
        verbs = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "QUIT": self._quit,
        }
        handler = verbs.get(verb.upper())
        return handler(rest) if handler else "500 5.5.2 I do not know that command"

    def content(self, data: bytes) -> str:
        """The reply to the message itself."""
        sender, recipients = self.sender or "", self.recipients
        self._forget()
        if len(data) > LARGEST:
            return "552 5.3.4 That is too large"
        return self.take(sender, recipients, data)

    def _ehlo(self, name: str) -> str:
        self.greeted = True
        self._forget()
        lines = [f"sandbox greets {name}", *HELLO]
        marks = ["-"] * (len(lines) - 1) + [" "]
        return "\r\n".join(f"250{mark}{text}" for mark, text in zip(marks, lines, strict=True))

    def _helo(self, _name: str) -> str:
        self.greeted = True
        self._forget()
        return "250 sandbox"

    def _mail(self, rest: str) -> str:
        found = PATH.fullmatch(rest)
        if not self.greeted or self.sender is not None:
            return "503 5.5.1 Not now"
        if found is None or found[1].upper() != "FROM":
            return "501 5.5.4 Write MAIL FROM:<address>"
        if not found[2].isascii() and "SMTPUTF8" not in found[3]:
            return "553 5.6.7 That address takes SMTPUTF8"
        self.sender = found[2]
        return "250 2.1.0 OK"

    def _rcpt(self, rest: str) -> str:
        found = PATH.fullmatch(rest)
        if self.sender is None:
            return "503 5.5.1 Say MAIL first"
        if found is None or found[1].upper() != "TO" or "@" not in found[2]:
            return "501 5.1.3 Write RCPT TO:<address>"
        self.recipients.append(found[2])
        return "250 2.1.5 OK"

    def _data(self, _rest: str) -> str:
        if not self.recipients:
            return "503 5.5.1 Say RCPT first"
        return f"{GO_ON} End with a dot on a line of its own"

    def _rset(self, _rest: str) -> str:
        self._forget()
        return "250 2.0.0 OK"

    def _noop(self, _rest: str) -> str:
        return "250 2.0.0 OK"

    def _quit(self, _rest: str) -> str:
        return f"{CLOSING} 2.0.0 Bye"

    def _forget(self) -> None:
        self.sender, self.recipients = None, []

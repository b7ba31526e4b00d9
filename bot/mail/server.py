"""The mail server and the sender, as the operator names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import idna

from bot.config import Settings

SUBMISSION, SUBMISSIONS = 587, 465  # RFC 6409, RFC 8314


@dataclass(frozen=True, slots=True)
class MailServer:
    """`tls`: encrypted from the start. With a user, encryption is a must (STARTTLS)."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """`url` has the form that the settings were checked for."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        port = parts.port or (SUBMISSIONS if tls else SUBMISSION)
        user = unquote(parts.username) if parts.username else None
        return cls(parts.hostname or "", port, tls, user, unquote(parts.password or ""))


@dataclass(frozen=True, slots=True)
class Origin:
    """Who writes: the address in our own domain, and where links lead to. `takes_replies`: mail to
    the address with a plus and anything behind it reaches us.
    """

    address: str
    public_url: str
    takes_replies: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Origin:
        """From `mail_from`, its domain in the form that the DNS knows. Where it is not set, the
        server's user, if that is an address, or `usher` at our public name.
        """
        given = settings.mail_from or _user_of(settings) or f"usher@{_name_of(settings.public_url)}"
        local, _, domain = parseaddr(given)[1].rpartition("@")
        address = f"{local}@{ascii_domain(domain)}"
        return cls(address, settings.public_url, settings.mail_replies)

    @property
    def host(self) -> str:
        """The public name of this Usher: what Message-IDs end in, and what servers are told."""
        return urlsplit(self.public_url).hostname or "localhost"

    def organizer(self, token: str) -> str:
        """Where a calendar sends its answer: by the token we know it again (RFC 5233)."""
        local, _, domain = self.address.rpartition("@")
        marked = f"{local}+{token}"
        return f"{marked}@{domain}" if self.takes_replies and len(marked) <= 64 else self.address

    def sender(self, name: str) -> Address:
        """The address under a club's name. A host's private address is never in From."""
        return Address(name, addr_spec=self.address)


def ascii_domain(domain: str) -> str:
    """`bücher.example` as `xn--bcher-kva.example`; what IDNA does not know stays as it is."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _user_of(settings: Settings) -> str | None:
    url = settings.smtp_url.get_secret_value() if settings.smtp_url is not None else ""
    user = unquote(urlsplit(url).username or "")
    return user if "@" in user else None


def _name_of(public_url: str) -> str:
    host = urlsplit(public_url).hostname or ""
    is_name = any(letter.isalpha() for letter in host) and ":" not in host
    return host if is_name else "localhost"

"""E-mail addresses as people write them, and the one form by which they are compared."""

from __future__ import annotations

import re

import idna

from core.errors import Invalid
from core.names import clean_text

# RFC 5321, 4.5.3.1: octets of the part before the @, and of an address that can be delivered to.
LOCAL_LIMIT, ADDRESS_LIMIT = 64, 254
# RFC 5322 with RFC 6531: words of letters and signs with single dots between. Quoted ones are
# refused: hardly anybody has one, and they hide blanks and second @ signs.
WORD = r"[^\s\"(),:;<>@\[\]\\.]+"
LOCAL = re.compile(rf"{WORD}(?:\.{WORD})*")
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


def looks_like_email(text: str) -> bool:
    """Whether somebody who writes this means an address, and not a name or a @username."""
    return "@" in text.strip()[1:]


def read_email(text: str) -> str:
    """The address in small letters, its domain in the form that the DNS knows (IDNA 2008).

    What stands behind a plus is part of it: dana+band@ is not dana@. Raises Invalid.
    """
    address = re.sub(r"(?i)^mailto:", "", clean_text(text))
    local, _, domain = address.rpartition("@")
    local = local.lower()
    if not LOCAL.fullmatch(local) or len(local.encode()) > LOCAL_LIMIT:
        raise Invalid("email_unreadable", email=text)
    normal = f"{local}@{_domain(domain, text)}"
    if len(normal.encode()) > ADDRESS_LIMIT:
        raise Invalid("email_unreadable", email=text)
    return normal


def part_named(text: str) -> tuple[str, str]:
    """Name and address of `Dana Levi <dana@example.org>`; the name may be empty."""
    match = NAMED.fullmatch(text.strip())
    if match is None:
        return "", text.strip()
    return match["name"].strip().strip('"'), match["address"].strip()


def _domain(domain: str, text: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise Invalid("email_unreadable", email=text) from None
    if "." not in ascii_domain:
        raise Invalid("email_unreadable", email=text)
    return ascii_domain

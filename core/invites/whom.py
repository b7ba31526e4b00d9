"""Whom: somebody to be invited as the inviter named them, known to Usher or not."""

from __future__ import annotations

from dataclasses import dataclass

from core.contacts.emails import looks_like_email, read_email
from core.contacts.phones import looks_like_phone, read_phone
from core.errors import Invalid
from core.names import clean_text
from core.people import USERNAME_LIMIT, Sender

PHONE, EMAIL = "phone", "email"


@dataclass(frozen=True, slots=True)
class Whom:
    """`said` is what the inviter wrote. One of the others says who is meant: a number of ours,
    somebody whom the platform points at, a name, or an address that whoever opens the link has to
    prove (`claim`, such as `telegram:@dana`, `phone:+972…`, `email:…`).
    """

    said: str
    person_id: int | None = None
    about: Sender | None = None
    name: str | None = None
    claim: str | None = None


def read_whom(text: str, *, platform: str, region: str) -> Whom:
    """One person by @username, e-mail address, phone number or name. Raises Invalid."""
    said = clean_text(text)
    if said.startswith("@"):
        return Whom(said, claim=claim_of_username(platform, said))
    if looks_like_email(said):
        return Whom(said, claim=f"{EMAIL}:{read_email(said)}")
    if looks_like_phone(said):
        return Whom(said, claim=f"{PHONE}:{read_phone(said, region=region).key}")
    if not said:
        raise Invalid("whom_missing")
    return Whom(said, name=said)


def claim_of_username(platform: str, username: str) -> str:
    """Raises Invalid for what can't be a username."""
    bare = username.removeprefix("@").casefold()
    if not bare.replace("_", "").isalnum() or len(bare) > USERNAME_LIMIT:
        raise Invalid("username_unreadable", who=username)
    return f"{platform}:@{bare}"

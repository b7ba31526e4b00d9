"""Who asks: the one place where a request's credential becomes the core's Actor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.web.visitors import address_of
from core.access import Scope
from core.api_keys import find_key, is_to_be_touched, scope_of, touch_key
from core.people import Person

VIA = "api"
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a credential, as it stands in this unit of work. `key_id` is the ApiKey
    whose use is to be noted.
    """

    person: Person
    via: str = VIA
    scope: Scope | None = None
    key_id: int | None = None


class Credential(Protocol):
    """What a request carries to show who asks."""

    @property
    def secret(self) -> str:
        """What nobody else knows: answers that are kept for a repeat are sealed with it."""

    def find(self, session: Session, *, now: datetime) -> Caller | None:
        """Whose it is at this moment, None when it opens nothing. A refusal of its own, such as
        that a token against forgery is missing, is raised as CoreError.
        """


# Looks at the headers alone: the credential that is there, if any, whatever it is worth.
Reading = Callable[[web.Request], Credential | None]


@dataclass(frozen=True, slots=True)
class KeyCredential:
    """`Authorization: Bearer usk_…`."""

    secret: str

    def find(self, session: Session, *, now: datetime) -> Caller | None:
        key = find_key(session, secret=self.secret, now=now)
        if key is None:
            return None
        used = key.id if is_to_be_touched(key, now=now) else None
        return Caller(key.person, scope=scope_of(session, key), key_id=used)


def read_key(request: web.Request) -> Credential | None:
    """Any Bearer is taken for a key: whatever else it is opens nothing."""
    given = request.headers.get(hdrs.AUTHORIZATION, "")
    if given[: len(BEARER)].lower() != BEARER:
        return None
    return KeyCredential(given[len(BEARER) :].strip())


# Asked in this order; the first that finds a credential decides.
READINGS: tuple[Reading, ...] = (read_key,)


def read_credential(request: web.Request, readings: Sequence[Reading]) -> Credential | None:
    return next(filter(None, (read(request) for read in readings)), None)


def bucket_of(credential: Credential | None, request: web.Request) -> str:
    """Whose requests are counted together: those of a credential, or of an address."""
    if credential is None:
        return f"address:{address_of(request)}"
    return hashlib.sha256(credential.secret.encode(errors="replace")).hexdigest()


def note_use(session: Session, caller: Caller, *, now: datetime) -> None:
    if caller.key_id is not None:
        touch_key(session, caller.key_id, now=now)

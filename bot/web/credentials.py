"""What a browser or a Mini App shows to the REST API: who is signed in, or Telegram's own word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.web.api.callers import Caller, Credential, Reading
from bot.web.cookies import CSRF_FOR, SESSION, Visit, visit_of
from bot.web.front import Front
from bot.web.init_data import BadInitData
from bot.web.signed_in import VIA
from core.errors import Forbidden
from core.people import find_identity
from core.people.web_sessions import find_session, is_spent

# No other site can send it along.
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SCHEME = "tma "


@dataclass(frozen=True, slots=True)
class SessionCredential:
    """The cookie of who is signed in. What changes something needs the header too."""

    visit: Visit
    is_proven: bool

    @property
    def secret(self) -> str:
        return self.visit.signed_in_by

    def find(self, session: Session, *, now: datetime) -> Caller | None:
        """Raises Forbidden where another site may have sent it."""
        found = find_session(session, token=self.secret, now=now)
        if found is None:
            return None
        if not self.is_proven:
            raise Forbidden("page_too_old")
        return Caller(found.person, via=VIA)


@dataclass(frozen=True, slots=True)
class InitDataCredential:
    """`Authorization: tma …`, as Mini Apps send it; until it is ten minutes old, or exchanged for a
    session, or its session has ended.
    """

    front: Front
    secret: str = field(repr=False)

    def find(self, session: Session, *, now: datetime) -> Caller | None:
        try:
            data = self.front.init_data(self.secret)
        except BadInitData:
            return None
        sender = data.sender
        known = find_identity(session, platform=sender.platform, address=sender.address)
        if known is None or is_spent(session, proof=data.proof):
            return None
        return Caller(known.person, via=VIA)


def readings_of(front: Front) -> tuple[Reading, Reading]:
    """How the two are found in a request."""

    def read_session(request: web.Request) -> Credential | None:
        if not front.jar.read(request, SESSION):
            return None
        visit = visit_of(request, front.jar)
        given = request.headers.get(CSRF_HEADER, "")
        proven = request.method in SAFE or visit.is_ours(CSRF_FOR, given)
        return SessionCredential(visit, proven)

    def read_init_data(request: web.Request) -> Credential | None:
        given = request.headers.get(hdrs.AUTHORIZATION, "")
        if given[: len(SCHEME)].lower() != SCHEME:
            return None
        return InitDataCredential(front, given[len(SCHEME) :])

    return read_init_data, read_session

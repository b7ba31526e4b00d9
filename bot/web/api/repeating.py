"""Repeating: a program that heard no answer sends its POST again, and nothing happens twice."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.web.api import sealing
from bot.web.api.refusing import Unreadable
from core import repeats

CHOSEN = "Idempotency-Key"
FORM = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Repeating:
    """The key that was `chosen` for a request by whoever has the `secret`, and the request."""

    secret: str
    chosen: str
    fingerprint: bytes

    def begin(self, session: Session, *, now: datetime) -> tuple[int, bytes] | None:
        """The status and body of the first time, None if this is it. Raises Conflict."""
        digest = sealing.digest_of(self.secret, self.chosen)
        sealed = repeats.begin(session, digest=digest, fingerprint=self.fingerprint, now=now)
        if sealed is None:
            return None
        status, _, body = sealing.unseal(sealed, secret=self.secret, chosen=self.chosen).partition(
            b" "
        )
        return int(status), body

    def finish(self, session: Session, status: int, body: bytes) -> None:
        sealed = sealing.seal(b"%d %b" % (status, body), secret=self.secret, chosen=self.chosen)
        repeats.finish(session, digest=sealing.digest_of(self.secret, self.chosen), answer=sealed)


def read_repeating(request: web.Request, secret: str | None, body: bytes) -> Repeating | None:
    """What a POST says of being sent twice, if anything. Raises Unreadable."""
    chosen = request.headers.get(CHOSEN)
    if chosen is None or secret is None or request.method != "POST":
        return None
    if not FORM.fullmatch(chosen):
        what = "1 to 255 visible characters of ASCII"
        raise Unreadable(400, [{"where": f"header.{CHOSEN}", "what": what}])
    said = f"{request.method} {request.raw_path}\n".encode() + body
    return Repeating(secret, chosen, hashlib.sha256(said).digest())

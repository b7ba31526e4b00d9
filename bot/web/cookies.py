"""The two cookies: one by which somebody is signed in, one by which their forms are known again."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from aiohttp import web

from core.tokens import is_token, new_token

SESSION, VISIT = "usher", "usher-visit"
NONCE = "nonce"
# What a form's nonce is to a page, a header is to the REST API.
CSRF_FOR = "/api"


@dataclass(frozen=True, slots=True)
class Jar:
    """Over https the cookies belong to this host alone and never travel in the clear."""

    secure: bool

    def name(self, cookie: str) -> str:
        return f"__Host-{cookie}" if self.secure else cookie

    def read(self, request: web.Request, cookie: str) -> str:
        """The secret in it, or an empty text for none."""
        value = request.cookies.get(self.name(cookie), "")
        return value if is_token(value) else ""

    def keep(
        self, response: web.StreamResponse, cookie: str, value: str, *, for_s: int | None
    ) -> None:
        """Until the browser is closed, or for so many seconds. No script can read it, and other
        sites can't have it sent with what they post to us.
        """
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=for_s,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def drop(self, response: web.StreamResponse, cookie: str) -> None:
        response.del_cookie(
            self.name(cookie), path="/", secure=self.secure, httponly=True, samesite="Lax"
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser that looks at our pages. `secret` is what its forms are signed with: whoever
    does not have it, another site or a mail scanner, can't make a form that counts.
    """

    secret: str = field(repr=False)
    is_new: bool
    signed_in_by: str = field(repr=False)

    def nonce(self, action: str) -> str:
        """What a form to that path must bring back. It is over when somebody else signs in."""
        words = f"{action}\n{self.signed_in_by}".encode()
        return hmac.new(self.secret.encode(), words, hashlib.sha256).hexdigest()

    def hidden(self, action: str, **more: str) -> dict[str, str]:
        """The unseen fields of such a form."""
        return {NONCE: self.nonce(action), **more}

    def is_ours(self, action: str, nonce: str) -> bool:
        return not self.is_new and hmac.compare_digest(self.nonce(action).encode(), nonce.encode())


def visit_of(request: web.Request, jar: Jar) -> Visit:
    """The visit that the request belongs to, or a new one."""
    known = jar.read(request, VISIT)
    return Visit(known or new_token(), not known, jar.read(request, SESSION))

"""A real mail server of somebody else's making, whose replies are scripted, and a channel to it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd import smtp as aiosmtpd
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "usher", "s3cret@word"
HANG_UP = "hang up"


@dataclass
class Postbox:
    """What arrived, and what is answered: `script` holds replies for `MAIL`, `RCPT` and `DATA`,
    each used once; HANG_UP breaks the connection instead. `accepted` counts the connections.
    """

    port: int = 0
    script: dict[str, list[str]] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    accepted: int = 0

    def answers(self, command: str, *replies: str) -> None:
        self.script.setdefault(command, []).extend(replies)

    def _next(self, command: str) -> str | None:
        self.commands.append(command)
        replies = self.script.get(command)
        return replies.pop(0) if replies else None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self._next("MAIL")
        if reply == HANG_UP:
            server.transport.abort()
        if reply:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = self._next("RCPT")
        if reply == HANG_UP:
            server.transport.abort()
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """A message is kept, whatever is answered then: who hangs up may have it."""
        reply = self._next("DATA")
        if reply is None or reply == HANG_UP:
            content = cast("bytes", envelope.content)
            message = message_from_bytes(content, policy=SMTPUTF8)
            self.mails.append(message)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if reply == HANG_UP:
            server.transport.abort()
        return reply or "250 OK"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        given = cast("LoginPassword", data)
        self.logins.append(given.login.decode())
        good = (given.login.decode(), given.password.decode()) == (USER, PASSWORD)
        # Handled, aiosmtpd would say nothing more to a client that waits.
        return AuthResult(success=good, handled=False)

    def mail(self) -> EmailMessage:
        [only] = self.mails
        return only

    def part(self, kind: str) -> str:
        """The body of the only mail, as `plain` or `html`."""
        body = self.mail().get_body((kind,))
        assert body is not None
        return str(body.get_content())


@asynccontextmanager
async def postbox(
    *, context: ssl.SSLContext | None = None, starttls: bool = True, login: bool = False
) -> AsyncIterator[Postbox]:
    """aiosmtpd on a free port; with `context` it speaks TLS, after STARTTLS or from the start."""
    box = Postbox()
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "box.example"}
    if context is not None and starttls:
        options |= {"tls_context": context, "require_starttls": True}
    if login:
        options |= {
            "authenticator": box.authenticate,
            "auth_required": True,
            "auth_require_tls": True,
        }

    def greet() -> aiosmtpd.SMTP:
        box.accepted += 1
        return aiosmtpd.SMTP(box, loop=asyncio.get_running_loop(), **options)

    implicit = None if starttls else context
    server = await asyncio.get_running_loop().create_server(greet, "127.0.0.1", 0, ssl=implicit)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server at that address, and for a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "box.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "box.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))

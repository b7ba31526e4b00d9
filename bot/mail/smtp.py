"""One message over one connection to the mail server, and what came of it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.mail.replies import Stage, refusal
from bot.mail.server import MailServer
from core.deliveries.errors import DeliveryError

# RFC 5321, 4.5.3.2, asks for minutes; a delivery as a whole has two.
PATIENCE_S = 30.0

log = structlog.get_logger(__name__)


class LoginRefused(DeliveryError):
    """The server does not take our user and password."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A message on its way; `content` ends its lines in CRLF. One recipient: a link in it is
    theirs alone.
    """

    sender: str
    recipient: str
    content: bytes

    @property
    def is_international(self) -> bool:
        """Whether an address has letters that ASCII has not (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()


async def connect(server: MailServer, *, name: str, context: ssl.SSLContext | None) -> SMTP:
    """Raises DeliveryError. A password only ever goes over a connection whose certificate holds."""
    trusted = server.tls or server.user is not None
    client = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password if server.user is not None else None,
        use_tls=server.tls,
        start_tls=False if server.tls else (True if server.user is not None else None),
        # Without one the encryption is better than none, as between any two mail servers.
        validate_certs=trusted,
        tls_context=context if trusted else None,
        local_hostname=name,
        timeout=PATIENCE_S,
    )
    try:
        await client.connect()
    except SMTPAuthenticationError as error:
        log.error("the mail server refuses our login", code=error.code)
        raise LoginRefused(f"login refused: {error.code} {error.message}") from error
    except (SMTPException, OSError) as error:
        raise DeliveryError(f"no connection to the mail server: {error}") from error
    return client


async def post(client: SMTP, posting: Posting) -> None:
    """Hand the message over. Raises DeliveryError.

    Once its content is on the way a lost connection tells nothing: it may have arrived. It may be
    repeated, since its Message-ID stays the same.
    """
    try:
        await _address(client, posting)
    except SMTPRecipientRefused as error:
        raise refusal(error.code, error.message, Stage.RECIPIENT) from error
    except SMTPSenderRefused as error:
        raise refusal(error.code, error.message, Stage.SENDER) from error
    except (SMTPException, OSError) as error:
        raise DeliveryError(f"connection lost: {error}") from error
    try:
        await client.data(posting.content)
    except SMTPDataError as error:
        raise refusal(error.code, error.message, Stage.CONTENT) from error
    except (SMTPException, OSError) as error:
        told = error.message if isinstance(error, SMTPResponseException) else error
        reason = f"no answer to the message itself: {told}"
        raise DeliveryError(reason, uncertain=True, repeatable=True) from error


async def _address(client: SMTP, posting: Posting) -> None:
    """Sender and recipient, with what the server has to know of the message."""
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    options = [f"SIZE={len(posting.content)}"] if client.supports_extension("size") else []
    encoding = "ascii"
    if posting.is_international:
        if not client.supports_extension("smtputf8"):
            reason = "the mail server takes no addresses beyond ASCII"
            raise DeliveryError(reason, permanent=True)
        options, encoding = [*options, "SMTPUTF8"], "utf-8"
    await client.mail(posting.sender, options=options, encoding=encoding)
    await client.rcpt(posting.recipient, encoding=encoding)

"""E-mail as a channel: one message to one address, and every refusal in the outbox's own terms."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.mail.composing import SEE_CONTRACT, SEE_INVITE, Letter, compose
from bot.mail.connections import Connections
from bot.mail.events import EventMail, event_mail
from bot.mail.reading import MailReader
from bot.mail.server import MailServer, Origin
from bot.mail.smtp import Posting, post
from bot.notices import Notice, Telling
from bot.texts import Reader
from core.deliveries.claims import Claim
from core.deliveries.errors import DeliveryError
from core.deliveries.retry import RetryPolicy
from core.invites import Invite, add_token
from core.mail.brands import Look, look_of
from core.mail.mailboxes import Mailbox, open_mailbox
from core.rosters.contract_links import make_contract_link

# Of a very long name the end will do: the whole id is kept with the delivery.
LONGEST_HOST = 80


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What a message needs that only the database knows."""

    look: Look
    unsubscribe_token: str
    closed: str | None
    invite_token: str | None
    event: EventMail | None = None
    contract_token: str | None = None


class EmailChannel:
    """A Postal channel. A mail server that is busy, or that has never heard of us (greylisting),
    wants to be left alone for a while, so its first pause is longer.
    """

    policy = RetryPolicy(first=timedelta(minutes=15))

    def __init__(
        self,
        server: MailServer,
        origin: Origin,
        ground: Ground,
        *,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._connections = Connections(server, name=hello(origin.host), context=context)
        self._origin = origin
        self._ground = ground

    async def deliver(self, claim: Claim, telling: Telling, reader: Reader) -> str | None:
        """The Message-ID. Raises DeliveryError."""
        if not isinstance(telling, Notice):
            raise DeliveryError("e-mail has no such act", permanent=True)
        if telling.door is not None:
            raise DeliveryError("no way in: the room is on another platform", permanent=True)
        notice = telling
        envelope = await self._ground.database.write(lambda s: self._envelope(s, claim, notice))
        if envelope.closed is not None:
            raise DeliveryError(envelope.closed, unwanted=True)
        if envelope.event is not None:
            notice = replace(telling, enclosures=envelope.event.enclosures)
        letter = self._letter(claim, notice, envelope)
        content = compose(notice, letter, self._origin, MailReader(reader.locale, reader.timezone))
        async with self._connections.lend() as client:
            await post(client, Posting(self._origin.address, claim.address, content))
        return letter.message_id

    async def stop(self) -> None:
        await self._connections.stop()

    def _envelope(self, session: Session, claim: Claim, notice: Notice) -> _Envelope:
        now = self._ground.clock()
        mailbox = open_mailbox(session, claim.address, now=now)
        closed = mailbox.closed_for(asked_for=notice.is_asked_for)
        token = None
        if notice.invite_id is not None and closed is None:
            invite = session.get_one(Invite, notice.invite_id)
            token = add_token(session, invite, now=now)
        look = look_of(session, claim.event.group_id)
        event = self._event(session, claim, notice, mailbox) if closed is None else None
        signs = None
        if notice.contract_of is not None and closed is None:
            player_id = notice.contract_of
            signs = make_contract_link(session, player_id=player_id, address=claim.address, now=now)
        return _Envelope(look, mailbox.token, closed, token, event, signs)

    def _event(
        self, session: Session, claim: Claim, notice: Notice, mailbox: Mailbox
    ) -> EventMail | None:
        if notice.event_id is None:
            return None
        return event_mail(
            session,
            notice.event_id,
            address=claim.address,
            mailbox=mailbox,
            origin=self._origin,
            now=self._ground.clock(),
        )

    def _letter(self, claim: Claim, notice: Notice, envelope: _Envelope) -> Letter:
        root = self._origin.public_url
        return Letter(
            recipient=claim.address,
            message_id=message_id(claim, envelope.unsubscribe_token, self._origin.host),
            written_at=self._ground.clock(),
            look=envelope.look,
            unsubscribe=None if notice.is_asked_for else f"{root}/u/{envelope.unsubscribe_token}",
            link=_link(root, envelope),
            action=SEE_INVITE if envelope.contract_token is None else SEE_CONTRACT,
        )


def _link(root: str, envelope: _Envelope) -> str | None:
    if envelope.invite_token is not None:
        return f"{root}/i/{envelope.invite_token}"
    if envelope.contract_token is not None:
        return f"{root}/contract/{envelope.contract_token}"
    if envelope.event is not None and envelope.event.token is not None:
        return f"{root}/r/{envelope.event.token}"
    return None


def message_id(claim: Claim, mailbox: str, host: str) -> str:
    """The same at every try, so that a repeat is recognised (RFC 5322, 3.6.4).

    Numbers begin anew with a new database: the mailbox's token tells those apart.
    """
    key = hashlib.sha256(f"{claim.id}:{mailbox}".encode()).hexdigest()
    return f"<{claim.id}.{key[:24]}@{hello(host)[-LONGEST_HOST:].lstrip('.-')}>"


def hello(host: str) -> str:
    """How we call ourselves to servers: an address goes in brackets (RFC 5321, 4.1.3)."""
    if host.replace(".", "").isdigit():
        return f"[{host}]"
    return f"[IPv6:{host}]" if ":" in host else host

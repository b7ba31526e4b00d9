"""Mailbox: an e-mail address that we wrote to, and whether it wants to hear from us."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.deliveries import call_off
from core.errors import NotFound
from core.invites.whom import EMAIL
from core.model import Base, Id, Moment, change, choice, insert_new
from core.people import mark_reachable, mark_unreachable
from core.people.proofs import ADDRESS_LIMIT
from core.tokens import is_token, new_token

UNSUBSCRIBED = "they asked for no more e-mail"
REASON_LIMIT = 200


class Attitude(StrEnum):
    """What we know of a mailbox: it takes our mail, its owner wants none, or it does not exist."""

    OPEN = "open"
    UNSUBSCRIBED = "unsubscribed"
    REFUSING = "refusing"


class Mailbox(Base):
    """An address, by its digest: who is forgotten, `address` and all, stays unsubscribed.

    `token` stands in the link by which no more mail is asked for. It opens nothing else, and works
    for ever, so it is kept as it is.
    """

    __tablename__ = "mailboxes"

    id: Mapped[Id]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    address: Mapped[str | None] = mapped_column(String(ADDRESS_LIMIT))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    attitude: Mapped[Attitude] = mapped_column(choice(Attitude, "attitude"))
    reason: Mapped[str | None] = mapped_column(String(REASON_LIMIT))
    changed_at: Mapped[Moment]

    def closed_for(self, *, asked_for: bool) -> str | None:
        """Why nothing may be sent there now. What its reader waits for goes there all the same."""
        return None if asked_for or self.attitude is Attitude.OPEN else self.reason


def digest_of(address: str) -> bytes:
    """32 bytes; `address` in the form of `read_email`."""
    return hashlib.sha256(address.encode()).digest()


def open_mailbox(session: Session, address: str, *, now: datetime) -> Mailbox:
    """The mailbox at the address, made when it is first written to."""
    key = digest_of(address)
    found = session.scalar(select(Mailbox).where(Mailbox.digest == key))
    if found is None:
        row = {"digest": key, "token": new_token(), "attitude": Attitude.OPEN, "changed_at": now}
        insert_new(session, Mailbox, [row], key=("digest",))
        found = session.scalars(select(Mailbox).where(Mailbox.digest == key)).one()
    found.address = address
    return found


def why_closed(session: Session, address: str) -> str | None:
    """Why nothing may be sent there, or None when nothing is known against it."""
    found = session.scalar(select(Mailbox).where(Mailbox.digest == digest_of(address)))
    if found is None or found.attitude is Attitude.OPEN:
        return None
    return found.reason


def get_mailbox(session: Session, *, token: str) -> Mailbox:
    """Raises NotFound."""
    found = None
    if is_token(token):
        found = session.scalar(select(Mailbox).where(Mailbox.token == token))
    if found is None:
        raise NotFound("mailbox_unknown")
    return found


def unsubscribe(session: Session, *, token: str, now: datetime) -> Mailbox:
    """No more mail to whoever has this link; asked for twice it stays so. Raises NotFound."""
    mailbox = get_mailbox(session, token=token)
    if mailbox.attitude is not Attitude.UNSUBSCRIBED:
        _close(session, mailbox, Attitude.UNSUBSCRIBED, UNSUBSCRIBED, now)
    return mailbox


def resubscribe(session: Session, *, token: str, now: datetime) -> Mailbox:
    """Whoever unsubscribed wants mail after all. Raises NotFound."""
    mailbox = get_mailbox(session, token=token)
    if mailbox.attitude is Attitude.UNSUBSCRIBED:
        mailbox.attitude, mailbox.reason, mailbox.changed_at = Attitude.OPEN, None, now
        if mailbox.address is not None:
            mark_reachable(session, platform=EMAIL, address=mailbox.address)
    return mailbox


def mark_refusing(session: Session, *, address: str, reason: str, now: datetime) -> None:
    """The address does not exist, says its own server. Who unsubscribed stays so."""
    mailbox = open_mailbox(session, address, now=now)
    if mailbox.attitude is Attitude.OPEN:
        _close(session, mailbox, Attitude.REFUSING, reason[:REASON_LIMIT], now)


def mark_proven(session: Session, *, address: str, now: datetime) -> None:
    """Something that we had sent there came back: the address exists."""
    open_again = update(Mailbox).where(
        Mailbox.digest == digest_of(address), Mailbox.attitude == Attitude.REFUSING
    )
    change(session, open_again.values(attitude=Attitude.OPEN, reason=None, changed_at=now))


def forget_mailbox(session: Session, address: str) -> None:
    """Its owner is forgotten. That they want no mail is not."""
    there = update(Mailbox).where(Mailbox.digest == digest_of(address))
    change(session, there.values(address=None))


def _close(
    session: Session, mailbox: Mailbox, attitude: Attitude, reason: str, now: datetime
) -> None:
    mailbox.attitude, mailbox.reason, mailbox.changed_at = attitude, reason, now
    if mailbox.address is not None:
        place = {"address": mailbox.address, "reason": reason}
        mark_unreachable(session, platform=EMAIL, **place)
        call_off(session, channel=EMAIL, **place)

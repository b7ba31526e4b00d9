"""EmailCode: six digits sent to an e-mail address, which who types them shows to be theirs."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.contacts.emails import read_email
from core.errors import Invalid, Limited, NotFound
from core.facts.codes import EmailCodeAsked
from core.model import Base, Id, Moment
from core.names import NAME_LIMIT, clean_name
from core.outbox import record
from core.people.proofs import ADDRESS_LIMIT
from core.tokens import digest, is_token, new_token

DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
# How many may be asked for within an hour.
WINDOW = timedelta(hours=1)
MOST_FOR_ADDRESS = 5
MOST_FROM_PLACE = 20
MOST_IN_ALL = 500


class EmailCode(Base):
    """`ticket` is the digest of what the browser keeps that asked for it: without that the code
    opens nothing, so whoever reads it here can do as little with it as whoever reads the mail.

    `asked_from` is the network address that limits count by, `name` what they call themselves.
    """

    __tablename__ = "email_codes"

    id: Mapped[Id]
    ticket: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    address: Mapped[str] = mapped_column(String(ADDRESS_LIMIT), index=True)
    name: Mapped[str | None] = mapped_column(String(NAME_LIMIT))
    code: Mapped[str] = mapped_column(String(DIGITS))
    tries: Mapped[int] = mapped_column(default=0)
    asked_from: Mapped[str] = mapped_column(String(64), index=True)
    asked_at: Mapped[Moment] = mapped_column(index=True)
    used_at: Mapped[Moment | None]


def ask_code(
    session: Session, *, address: str, name: str | None, asked_from: str, now: datetime
) -> tuple[str, str]:
    """Have six digits sent to the address; the ticket that goes with them, and the address as it
    was understood.

    Raises Invalid for what is no address or name, Limited for asking too often.
    """
    session.execute(delete(EmailCode).where(EmailCode.asked_at <= now - WINDOW))
    written_to = read_email(address)
    _check_often(session, written_to, asked_from)
    ticket = new_token()
    row = EmailCode(
        ticket=digest(ticket),
        address=written_to,
        name=clean_name(name) if name else None,
        code="".join(secrets.choice("0123456789") for _ in range(DIGITS)),
        asked_from=asked_from[:64],
        asked_at=now,
    )
    session.add(row)
    session.flush()
    record(session, EmailCodeAsked(code_id=row.id), now=now)
    return ticket, written_to


@dataclass(frozen=True, slots=True)
class Try:
    """One of the few tries that a code has, counted already; `left` are those that remain."""

    code_id: int
    left: int


def count_try(session: Session, *, ticket: str, now: datetime) -> Try:
    """Take one of the tries, in a unit of its own: it must count also when the digits are wrong,
    and however many are tried at once. Raises NotFound for what is over.
    """
    key, fresh = EmailCode.ticket == digest(ticket), EmailCode.asked_at > now - CODE_LIFE
    open_ = key, fresh, EmailCode.used_at.is_(None), EmailCode.tries < MOST_TRIES
    taken = update(EmailCode).where(*open_).values(tries=EmailCode.tries + 1)
    row = session.execute(taken.returning(EmailCode.id, EmailCode.tries)).one_or_none()
    if row is None or not is_token(ticket):
        raise NotFound("code_over")
    return Try(row.id, MOST_TRIES - row.tries)


def use_code(session: Session, tried: Try, *, code: str, now: datetime) -> EmailCode:
    """Use it up; whose address it is, and what they call themselves. Blanks between the digits do
    not matter. Raises Invalid for wrong digits, NotFound for what somebody else has just used.
    """
    found = session.get(EmailCode, tried.code_id, with_for_update=True)
    if found is None or found.used_at is not None:
        raise NotFound("code_over")
    digits = "".join(one for one in code if one.isdigit())
    if not hmac.compare_digest(digits.encode(), found.code.encode()):
        raise Invalid("code_wrong", left=tried.left)
    found.used_at = now
    return found


def _check_often(session: Session, address: str, asked_from: str) -> None:
    count = select(func.count(EmailCode.id))
    limits = (
        (count.where(EmailCode.address == address), MOST_FOR_ADDRESS),
        (count.where(EmailCode.asked_from == asked_from[:64]), MOST_FROM_PLACE),
        (count, MOST_IN_ALL),
    )
    if any(session.scalars(query).one() >= most for query, most in limits):
        raise Limited("too_many_codes", retry_after_s=int(WINDOW.total_seconds()))

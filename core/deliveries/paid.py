"""Paid sending: a platform that carries more than its limit for a fee, where a system admin allows
it, and for as long as what was paid in holds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Actor
from core.audit import note
from core.errors import Forbidden, Invalid
from core.model import Base, Moment

# What a crowd's messages use up between two looks at the balance: 0.1 Star each, 1000 a second.
DEFAULT_RESERVE = 1_000
MOST_RESERVE = 10_000_000


class PaidSending(Base):
    """`balance` is what the platform last said is left, in its own money (Telegram: Stars);
    `reserve` of it is never touched.
    """

    __tablename__ = "paid_sending"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    allowed: Mapped[bool]
    reserve: Mapped[int]
    balance: Mapped[int | None]
    balance_at: Mapped[Moment | None]
    set_at: Mapped[Moment]

    @property
    def is_on(self) -> bool:
        """Whether it is allowed and the balance holds."""
        return self.allowed and self.balance is not None and self.balance > self.reserve


def find_paid_sending(session: Session, actor: Actor, platform: str) -> PaidSending | None:
    """What was decided, if anything was. Raises Forbidden to all but system admins."""
    _require_system_admin(actor)
    return session.get(PaidSending, platform)


def allow_paid_sending(
    session: Session, actor: Actor, platform: str, *, allowed: bool, reserve: int, now: datetime
) -> PaidSending:
    """Allow it or forbid it; of the balance `reserve` stays. Raises Forbidden, Invalid."""
    _require_system_admin(actor)
    if not 0 <= reserve <= MOST_RESERVE:
        raise Invalid("reserve_out_of_bounds", most=MOST_RESERVE)
    row = session.get(PaidSending, platform)
    if row is None:
        row = PaidSending(platform=platform)
        session.add(row)
    row.allowed, row.reserve, row.set_at = allowed, reserve, now
    note(session, actor, action="payment.set", group=None, now=now)
    return row


def note_balance(session: Session, platform: str, *, balance: int | None, now: datetime) -> bool:
    """Keep what the platform says is left, None where it can't say; whether paying is on now."""
    row = session.get(PaidSending, platform)
    if row is None:
        return False
    row.balance, row.balance_at = balance, now
    return row.is_on


def is_allowed(session: Session, platform: str) -> bool:
    """Whether the balance is worth asking for."""
    row = session.get(PaidSending, platform)
    return row is not None and row.allowed


def _require_system_admin(actor: Actor) -> None:
    if not actor.system_admin:
        raise Forbidden("paid_by_system_admins")

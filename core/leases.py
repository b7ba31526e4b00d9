"""Lease: of many processes one does a thing; the others stand by and take over when it is gone."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, bindparam, case, delete, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Base, Moment, change, database_time

# A holder renews it three times within that; a standby looks every two seconds. So whoever takes
# over has done so 15 seconds after the last sign of life.
LEASE_S = 12.0


class Lease(Base):
    """What is done by one process at a time. `fence` grows with each change of hands, so what an
    earlier holder still does can be told from what the present one does.
    """

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    fence: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[Moment]


def hold(session: Session, name: str, *, holder: str, instead_of: str | None = None) -> int | None:
    """Take the lease, or renew it: its fence. None while somebody else has it, unless that is
    `instead_of`, of whom is known that they are gone. The database's clock decides.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"name": name, "holder": holder, "fence": 1, "until": database_time(LEASE_S)}
    taken = dialect.insert(Lease).values(**row)
    ours = Lease.holder == holder
    free = or_(ours, Lease.until < database_time(), Lease.holder == instead_of)
    fence: int | None = session.scalar(
        taken.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "holder": taken.excluded.holder,
                "fence": case((ours, Lease.fence), else_=Lease.fence + 1),
                "until": taken.excluded.until,
            },
            where=free,
        ).returning(Lease.fence)
    )
    return fence


def find_holder(session: Session, name: str) -> str | None:
    """Who had the lease last, even if it has run out."""
    return session.scalar(select(Lease.holder).where(Lease.name == name))


def let_go(session: Session, name: str, *, holder: str) -> None:
    """Whoever stands by may have it at once."""
    change(session, delete(Lease).where(Lease.name == name, Lease.holder == holder))


def is_held(session: Session, name: str, *, holder: str) -> bool:
    """Whether it is theirs in this very transaction."""
    return session.scalar(_HELD, {"name": name, "holder": holder}) is not None


def read_revision(session: Session) -> str | None:
    """Which version of the program this schema belongs to."""
    revision: str | None = session.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return revision


_HELD = select(Lease.fence).where(
    Lease.name == bindparam("name"),
    Lease.holder == bindparam("holder"),
    Lease.until >= database_time(),
)

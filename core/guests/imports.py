"""GuestImport: a list on its way into an event, looked through, shown, and then put in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import ForeignKey, Index, String, delete, insert, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, Permission, require
from core.errors import Conflict, NotFound
from core.events import TEXTS, Event
from core.guests.weighing import AT_ONCE, Verdict, Weighed
from core.model import Base, Id, Moment, Payload, change, choice
from core.tokens import is_public_id, new_public_id

KEPT_FOR = timedelta(days=1)
AWAITED_FOR = timedelta(minutes=10)


class ImportState(StrEnum):
    AWAITED = "awaited"  # its author was asked for the list
    SHOWN = "shown"
    COMMITTING = "committing"
    DONE = "done"


class GuestImport(Base):
    """One list, kept for a day; only its author may act on it. `added` and `changed` count guests
    that it has brought so far. `stopped` is the code of the refusal that its author would have met
    when it was to go on.
    """

    __tablename__ = "guest_imports"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state"))
    unknown: Mapped[list[str]] = mapped_column(TEXTS)
    added: Mapped[int]
    changed: Mapped[int]
    created_at: Mapped[Moment] = mapped_column(index=True)
    via: Mapped[str] = mapped_column(String(16))
    stopped: Mapped[str | None] = mapped_column(String(32))

    event: Mapped[Event] = relationship(lazy="raise", innerjoin=True)


_WITH_EVENT = joinedload(GuestImport.event, innerjoin=True).joinedload(Event.group, innerjoin=True)
_COMMITTING = text("state = 'committing'")
Index(
    "ix_guest_imports_committing",
    GuestImport.id,
    sqlite_where=_COMMITTING,
    postgresql_where=_COMMITTING,
)


class GuestImportRow(Base):
    """One row: its columns as a Guest's, and how it stands. What is put in is `done`."""

    __tablename__ = "guest_import_rows"
    __table_args__ = (Index(None, "import_id", "done", "id"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("guest_imports.id", ondelete="CASCADE"))
    line: Mapped[int]
    said: Mapped[str] = mapped_column(String(256))
    columns: Mapped[Payload]
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    reason: Mapped[str | None] = mapped_column(String(32))
    done: Mapped[bool]


def await_guests(session: Session, actor: Actor, *, event: Event, now: datetime) -> GuestImport:
    """What the actor says next is the list. Raises Forbidden, NotFound."""
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    forget_imports(session, now=now)
    waiting = find_awaited_import(session, actor, now=now)
    if waiting is not None:
        session.delete(waiting)
    return _begin(session, actor, event, ImportState.AWAITED, now)


def find_awaited_import(session: Session, actor: Actor, *, now: datetime) -> GuestImport | None:
    """The one whose list the actor was asked for a while ago and has not given."""
    return session.scalar(
        select(GuestImport)
        .where(
            GuestImport.author_id == actor.person.id,
            GuestImport.state == ImportState.AWAITED,
            GuestImport.created_at >= now - AWAITED_FOR,
        )
        .options(_WITH_EVENT)
        .order_by(GuestImport.id.desc())
        .limit(1)
    )


def keep_rows(session: Session, draft: GuestImport, rows: Sequence[Weighed]) -> None:
    """What was read, with how it stands. What changes nothing is done already."""
    session.flush()
    draft.state = ImportState.SHOWN
    kept = (
        {
            "import_id": draft.id,
            "line": row.line,
            "said": row.said,
            "columns": row.columns,
            "verdict": row.verdict,
            "reason": row.reason,
            "done": row.verdict not in (Verdict.NEW, Verdict.CHANGED),
        }
        for row in rows
    )
    while part := list(islice(kept, AT_ONCE)):
        session.execute(insert(GuestImportRow), part, execution_options={"render_nulls": True})


def get_import(session: Session, actor: Actor, public_id: str, *, now: datetime) -> GuestImport:
    """The actor's own list, locked, that was shown and not put in. Raises NotFound, Forbidden,
    Conflict.
    """
    query = (
        select(GuestImport)
        .where(
            GuestImport.public_id == public_id,
            GuestImport.author_id == actor.person.id,
            GuestImport.created_at >= now - KEPT_FOR,
            GuestImport.state != ImportState.AWAITED,
        )
        .options(_WITH_EVENT)
        .with_for_update(of=GuestImport)
        .execution_options(populate_existing=True)
    )
    draft = session.scalar(query) if is_public_id(public_id) else None
    if draft is None:
        raise NotFound("no_such_list")
    require(session, actor, Permission.EDIT_GUESTS, draft.event.group)
    if draft.state is not ImportState.SHOWN:
        raise Conflict("list_done", group=draft.event.group.name)
    return draft


def cancel_import(session: Session, actor: Actor, *, public_id: str, now: datetime) -> GuestImport:
    """Forget the list. Raises as `get_import` does."""
    draft = get_import(session, actor, public_id, now=now)
    change(session, delete(GuestImport).where(GuestImport.id == draft.id))
    return draft


def forget_imports(session: Session, *, now: datetime) -> None:
    """Lists hold the names and numbers of people who have not agreed to that."""
    old = GuestImport.created_at < now - KEPT_FOR
    idle = GuestImport.state != ImportState.COMMITTING
    change(session, delete(GuestImport).where(old, idle))


def begin_import(session: Session, actor: Actor, *, event: Event, now: datetime) -> GuestImport:
    """One whose rows are at hand. Raises Forbidden, NotFound."""
    require(session, actor, Permission.EDIT_GUESTS, event.group)
    forget_imports(session, now=now)
    return _begin(session, actor, event, ImportState.SHOWN, now)


def _begin(
    session: Session, actor: Actor, event: Event, state: ImportState, now: datetime
) -> GuestImport:
    draft = GuestImport(
        public_id=new_public_id("imp"),
        event=event,
        author_id=actor.person.id,
        state=state,
        unknown=[],
        added=0,
        changed=0,
        created_at=now,
        via=actor.via,
    )
    session.add(draft)
    session.flush()
    return draft

"""RosterImport: a list of players, shown to its author first, then worked off piece by piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, Permission, require
from core.audit import note
from core.database import announce
from core.errors import Conflict, NotFound
from core.facts.progress import Long
from core.groups import Group
from core.long_deeds import begin_progress
from core.model import Base, Id, Moment, Payload, change, choice
from core.rosters.rows import RosterRow
from core.rosters.weighing import CHUNK, Scale, Verdict, Weighed, chunks
from core.tokens import is_public_id, new_public_id

TOPIC = "rosters"
KEPT_FOR = timedelta(days=1)
AWAITED_FOR = timedelta(minutes=10)
TAKEN = (Verdict.NEW, Verdict.CHANGED)


class ImportState(StrEnum):
    """`AWAITED`: its author was asked for the list. `ASKED`: it is being worked off."""

    AWAITED = "awaited"
    SHOWN = "shown"
    ASKED = "asked"
    DONE = "done"
    BROKEN = "broken"


class RosterImport(Base):
    """A list for the roster of `group`; only its author may act on it. `counts` say
    how many rows are to be worked off, and what was done with those that were.
    """

    __tablename__ = "roster_imports"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state"))
    via: Mapped[str] = mapped_column(String(16))
    counts: Mapped[Payload]
    created_at: Mapped[Moment] = mapped_column(index=True)
    done_at: Mapped[Moment | None]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)


class RosterChunk(Base):
    """Some of the rows of a list, which are worked off in one transaction; then they are gone."""

    __tablename__ = "roster_chunks"
    __table_args__ = (UniqueConstraint("import_id", "place"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id", ondelete="CASCADE"))
    place: Mapped[int]
    rows: Mapped[Payload]


_ASKED = text("state = 'asked'")
Index("ix_roster_imports_asked", RosterImport.id, sqlite_where=_ASKED, postgresql_where=_ASKED)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the list would do; `left_out` are the rows that can't be taken, with the reason."""

    draft: RosterImport
    counts: Counter[Verdict]
    left_out: Sequence[Weighed]
    signs: int

    @property
    def ready(self) -> int:
        return sum(self.counts[verdict] for verdict in TAKEN)


def await_roster(session: Session, actor: Actor, *, group: Group, now: datetime) -> RosterImport:
    """What the actor says next is the list. Raises NotFound, Forbidden or Conflict."""
    forget_imports(session, now=now)
    require(session, actor, Permission.KEEP_ROSTER, group)
    waiting = RosterImport.author_id == actor.person.id, RosterImport.state == ImportState.AWAITED
    change(session, delete(RosterImport).where(*waiting))
    draft = RosterImport(
        public_id=new_public_id("imp"),
        group=group,
        author_id=actor.person.id,
        state=ImportState.AWAITED,
        via=actor.via,
        counts={},
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def find_awaited(session: Session, actor: Actor, *, now: datetime) -> RosterImport | None:
    """The one whose list the actor was asked for a while ago and has not given."""
    return session.scalar(
        select(RosterImport)
        .where(
            RosterImport.author_id == actor.person.id,
            RosterImport.state == ImportState.AWAITED,
            RosterImport.created_at >= now - AWAITED_FOR,
        )
        .options(joinedload(RosterImport.group, innerjoin=True))
        .limit(1)
    )


def show_roster(
    session: Session, actor: Actor, *, draft: RosterImport, rows: Sequence[RosterRow]
) -> Preview:
    """Look through the list, and keep of it what would change something. Nothing has changed yet.

    Raises NotFound, Forbidden or Conflict.
    """
    require(session, actor, Permission.KEEP_ROSTER, draft.group)
    scale, counts = Scale(session, draft.group), Counter[Verdict]()
    left_out: list[Weighed] = []
    ready: list[RosterRow] = []
    signs = 0
    for some in chunks(rows):
        for one in scale.weigh(some):
            counts[one.verdict] += 1
            if one.verdict in TAKEN:
                ready.append(one.row)
                signs += one.row.signed and not (one.player and one.player.is_signed)
            elif one.verdict is not Verdict.SAME:
                left_out.append(one)
    draft.state = ImportState.SHOWN
    draft.counts = {"rows": len(ready)}
    session.add_all(
        RosterChunk(import_id=draft.id, place=place, rows={"rows": [one.pack() for one in some]})
        for place, some in enumerate(chunks(ready))
    )
    return Preview(draft, counts, left_out, signs)


def commit_roster(session: Session, actor: Actor, *, public_id: str, now: datetime) -> RosterImport:
    """Have the list worked off, in the background and piece by piece.

    Raises NotFound for a list that is not the actor's or older than a day, Conflict when that was
    asked before, or as `show_roster` does.
    """
    draft = get_import(session, actor, public_id, now=now)
    draft.state = ImportState.ASKED
    announce(session, TOPIC)
    if count_left(session, draft) > CHUNK:
        begin_progress(session, Long.ROSTER, draft.id, **whose(draft), now=now)
    note(
        session,
        actor,
        action="roster.import_asked",
        group=draft.group,
        now=now,
        subject=draft.public_id,
        rows=draft.counts.get("rows", 0),
    )
    return draft


def whose(draft: RosterImport) -> dict[str, int]:
    """Who hears how far it is, and of which group."""
    return {"group_id": draft.group_id, "person_id": draft.author_id}


def cancel_roster(session: Session, actor: Actor, *, public_id: str, now: datetime) -> RosterImport:
    """Forget the list. Raises as `commit_roster` does."""
    draft = get_import(session, actor, public_id, now=now)
    change(session, delete(RosterImport).where(RosterImport.id == draft.id))
    return draft


def get_import(session: Session, actor: Actor, public_id: str, *, now: datetime) -> RosterImport:
    """The actor's own list, which was shown and not asked for yet, locked."""
    query = (
        select(RosterImport)
        .where(
            RosterImport.public_id == public_id,
            RosterImport.author_id == actor.person.id,
            RosterImport.created_at >= now - KEPT_FOR,
            RosterImport.state != ImportState.AWAITED,
        )
        .options(joinedload(RosterImport.group, innerjoin=True))
        .with_for_update(of=RosterImport)
    )
    draft = session.scalar(query) if is_public_id(public_id) else None
    if draft is None:
        raise NotFound("no_such_roster")
    require(session, actor, Permission.KEEP_ROSTER, draft.group)
    if draft.state is not ImportState.SHOWN:
        raise Conflict("roster_asked", group=draft.group.name)
    return draft


def latest_import(session: Session, actor: Actor, *, group: Group) -> RosterImport | None:
    """The actor's latest list for that roster that was asked for, to see how far it has come."""
    mine = RosterImport.author_id == actor.person.id, RosterImport.group_id == group.id
    past = RosterImport.state.in_((ImportState.ASKED, ImportState.DONE, ImportState.BROKEN))
    query = select(RosterImport).where(*mine, past).order_by(RosterImport.id.desc()).limit(1)
    return session.scalar(query.options(joinedload(RosterImport.group, innerjoin=True)))


def count_left(session: Session, draft: RosterImport) -> int:
    """How many rows are still to be worked off; only the last chunk may be a small one."""
    rows = int(draft.counts.get("rows", 0))
    waiting = session.scalars(select(func.count()).where(RosterChunk.import_id == draft.id)).one()
    worked_off = -(-rows // CHUNK) - waiting
    return max(0, rows - worked_off * CHUNK) if waiting else 0


def forget_imports(session: Session, *, now: datetime) -> None:
    """Lists hold the names and numbers of people who have not agreed to that."""
    old = RosterImport.created_at < now - KEPT_FOR, RosterImport.state != ImportState.ASKED
    change(session, delete(RosterImport).where(*old))

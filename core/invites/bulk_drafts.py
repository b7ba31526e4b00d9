"""BulkDraft: a list of people who are to be invited, looked through and kept for its author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import LABEL_LIMIT, Actor, Permission, Role, require
from core.errors import Conflict, NotFound
from core.groups import Group
from core.invites import CLAIM_LIMIT, NOTE_LIMIT, Offer, check_offer
from core.invites.weighing import SAID_LIMIT, Candidate, Verdict, weigh
from core.model import Base, Id, Moment, change, choice
from core.names import NAME_LIMIT
from core.tokens import is_public_id, new_public_id

KEPT_FOR = timedelta(days=1)
AWAITED_FOR = timedelta(minutes=10)


class BulkDraft(Base):
    """A list of people to be invited with one offer, kept for a day; only its author may act on it.

    `ttl_s` is in seconds, None is for ever. `awaited`: its author was asked for the list.
    """

    __tablename__ = "bulk_drafts"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    label: Mapped[str | None] = mapped_column(String(LABEL_LIMIT))
    ttl_s: Mapped[int | None]
    note: Mapped[str | None] = mapped_column(String(NOTE_LIMIT))
    created_at: Mapped[Moment] = mapped_column(index=True)
    awaited: Mapped[bool]
    committed_at: Mapped[Moment | None]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)


class BulkRow(Base):
    """One person of the list, as `Candidate` says."""

    __tablename__ = "bulk_rows"

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_drafts.id", ondelete="CASCADE"), index=True
    )
    line: Mapped[int]
    said: Mapped[str] = mapped_column(String(SAID_LIMIT))
    name: Mapped[str | None] = mapped_column(String(NAME_LIMIT))
    claim: Mapped[str | None] = mapped_column(String(CLAIM_LIMIT))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    reason: Mapped[str | None] = mapped_column(String(32))


@dataclass(frozen=True, slots=True)
class Preview:
    """The draft and how each of its rows stands now."""

    draft: BulkDraft
    rows: Sequence[Candidate]

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict is verdict for row in self.rows)

    @property
    def left_out(self) -> list[Candidate]:
        """Who would not be invited."""
        return [row for row in self.rows if row.verdict is not Verdict.READY]


def await_list(
    session: Session, actor: Actor, *, group: Group, offer: Offer, now: datetime
) -> BulkDraft:
    """What the actor says next is the list. Raises as `create_invite` does, for the offer."""
    forget_drafts(session, now=now)
    check_offer(session, actor, group=group, offer=offer)
    waiting = find_awaited(session, actor, now=now)
    if waiting is not None:
        session.delete(waiting)
    draft = BulkDraft(
        public_id=new_public_id("blk"),
        group=group,
        author_id=actor.person.id,
        role=offer.role,
        label=offer.label,
        ttl_s=round(offer.ttl.total_seconds()) if offer.ttl else None,
        note=offer.note,
        created_at=now,
        awaited=True,
    )
    session.add(draft)
    session.flush()
    return draft


def find_awaited(session: Session, actor: Actor, *, now: datetime) -> BulkDraft | None:
    """The draft whose list the actor was asked for a while ago and has not given."""
    return session.scalar(
        select(BulkDraft)
        .where(
            BulkDraft.author_id == actor.person.id,
            BulkDraft.awaited.is_(True),
            BulkDraft.created_at >= now - AWAITED_FOR,
        )
        .options(joinedload(BulkDraft.group, innerjoin=True))
        .order_by(BulkDraft.id.desc())
        .limit(1)
    )


def fill_list(
    session: Session,
    actor: Actor,
    *,
    draft: BulkDraft,
    candidates: Iterable[Candidate],
    now: datetime,
) -> Preview:
    """Look through the list and keep it. Nobody is invited yet. Raises as `create_invite` does."""
    check_offer(session, actor, group=draft.group, offer=offer_of(draft))
    rows = weigh(session, actor, group=draft.group, candidates=candidates, now=now)
    draft.awaited = False
    session.add_all(_row(draft, row) for row in rows)
    return Preview(draft, rows)


def cancel_bulk(session: Session, actor: Actor, *, public_id: str, now: datetime) -> BulkDraft:
    """Forget the list. Raises as `commit_bulk` does."""
    draft = get_draft(session, actor, public_id, now=now)
    change(session, delete(BulkDraft).where(BulkDraft.id == draft.id))
    return draft


def forget_drafts(session: Session, *, now: datetime) -> None:
    """Lists hold the names and numbers of people who have not agreed to that."""
    change(session, delete(BulkDraft).where(BulkDraft.created_at < now - KEPT_FOR))


def get_draft(session: Session, actor: Actor, public_id: str, *, now: datetime) -> BulkDraft:
    """The actor's own list with its group, locked. Raises as `commit_bulk` does."""
    query = (
        select(BulkDraft)
        .where(
            BulkDraft.public_id == public_id,
            BulkDraft.author_id == actor.person.id,
            BulkDraft.created_at >= now - KEPT_FOR,
            BulkDraft.awaited.is_(False),
        )
        .options(joinedload(BulkDraft.group, innerjoin=True))
        .with_for_update(of=BulkDraft)
    )
    draft = session.scalar(query) if is_public_id(public_id) else None
    if draft is None:
        raise NotFound("no_such_list")
    require(session, actor, Permission.INVITE, draft.group)
    if draft.committed_at is not None:
        raise Conflict("list_done", group=draft.group.name)
    return draft


def offer_of(draft: BulkDraft) -> Offer:
    """What everybody on the list is offered."""
    ttl = timedelta(seconds=draft.ttl_s) if draft.ttl_s is not None else None
    return Offer(role=draft.role, label=draft.label, ttl=ttl, note=draft.note)


def _row(draft: BulkDraft, row: Candidate) -> BulkRow:
    return BulkRow(
        draft_id=draft.id,
        line=row.line,
        said=row.said,
        name=row.name,
        claim=row.claim,
        person_id=row.person_id,
        verdict=row.verdict,
        reason=row.reason,
    )

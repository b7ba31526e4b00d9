"""The numbers of a group's invites: by inviter, by link, and all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from core.access import Actor, Permission, require
from core.groups import Group
from core.invites import Invite
from core.invites.deeds import Deed, InviteDeed
from core.invites.lists import list_invites
from core.invites.tallies import InviteTally
from core.pages import Cursor, Page
from core.people import Person

Counts = Counter[Deed]
EXPORT_LIMIT = 10_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class InviterCounts:
    """The counts of one inviter; without a name, of those who are known no more."""

    name: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class InviteNumbers:
    """All together, by inviter with the busiest first, and by invite id for one page of invites."""

    total: Counts
    inviters: list[InviterCounts]
    page: Page[Invite]
    by_invite: dict[int, Counts]


def count_invites(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    cursor: Cursor | None = None,
    now: datetime,
) -> InviteNumbers:
    """What has come of the group's invites, those that are gone included.

    Costs the same with any number of invites. Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.LIST_INVITES, group)
    page = list_invites(session, actor, group=group, cursor=cursor, now=now)
    inviters = _by_inviter(session, group)
    total: Counts = Counter()
    for one in inviters:
        total += one.counts
    return InviteNumbers(total, inviters, page, counts_of(session, page.rows))


def export_counts(
    session: Session, actor: Actor, *, group: Group
) -> tuple[list[InviterCounts], list[tuple[Invite, Counts]]]:
    """By inviter, and by invite the newest ten thousand. Raises Forbidden, NotFound."""
    require(session, actor, Permission.LIST_INVITES, group)
    newest = (
        select(Invite)
        .where(Invite.group_id == group.id)
        .options(joinedload(Invite.inviter, innerjoin=True), joinedload(Invite.invitee))
        .order_by(Invite.id.desc())
        .limit(EXPORT_LIMIT)
    )
    rows: list[tuple[Invite, Counts]] = []
    for part in session.scalars(newest).partitions(CHUNK):
        counts = counts_of(session, part)
        rows += [(invite, counts[invite.id]) for invite in part]
    return _by_inviter(session, group), rows


def counts_of(session: Session, invites: Sequence[Invite]) -> dict[int, Counts]:
    """The counts of each of these invites by its id."""
    ids = [invite.id for invite in invites]
    found: dict[int, Counts] = {id_: Counter() for id_ in ids}
    told = _sums(InviteTally.invite_id).where(InviteTally.invite_id.in_(ids))
    for row in session.execute(told.group_by(InviteTally.invite_id)):
        found[row[0]].update(_counts(row))
    fresh = select(InviteDeed.invite_id, InviteDeed.deed).where(InviteDeed.invite_id.in_(ids))
    for invite_id, deed in session.execute(fresh):
        found[invite_id][deed] += 1
    return found


def _by_inviter(session: Session, group: Group) -> list[InviterCounts]:
    totals = (
        _sums(InviteTally.inviter_id)
        .where(InviteTally.group_id == group.id, InviteTally.invite_id.is_(None))
        .group_by(InviteTally.inviter_id)
    )
    found: dict[int | None, Counts] = {}
    for row in session.execute(totals):
        found.setdefault(row[0], Counter()).update(_counts(row))
    fresh = (
        select(Invite.inviter_id, InviteDeed.deed)
        .join(Invite, Invite.id == InviteDeed.invite_id)
        .where(InviteDeed.group_id == group.id)
    )
    for inviter_id, deed in session.execute(fresh):
        found.setdefault(inviter_id, Counter())[deed] += 1
    people = select(Person.id, Person.name).where(Person.id.in_([id_ for id_ in found if id_]))
    names = {row.id: row.name for row in session.execute(people)}
    rows = [InviterCounts(names.get(id_ or 0), counts) for id_, counts in found.items()]
    return sorted(rows, key=lambda one: (-one.counts[Deed.ACCEPTED], -one.counts[Deed.SENT]))


def _sums(about: InstrumentedAttribute[int | None]) -> Select[Any]:
    return select(about, *(func.sum(getattr(InviteTally, deed.value)) for deed in Deed))


def _counts(row: Row[Any]) -> dict[Deed, int]:
    amounts: Sequence[Any] = row[1:]
    return {deed: int(amount) for deed, amount in zip(Deed, amounts, strict=True)}

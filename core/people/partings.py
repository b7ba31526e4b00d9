"""Parting: a merge undone. Nothing that was done meanwhile is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, contains_eager

from core.access import Actor, Member
from core.errors import NotFound
from core.guests.selves import lock_shared_events, part_guests
from core.model import change
from core.people import Person
from core.people.holdings import HOLDINGS, hand_back
from core.people.merges import Merge, note_merge
from core.people.selves import lock_people
from core.people.stands import load_stand, part, stand_of

UNDO_WITHIN = timedelta(days=30)


def find_merge(session: Session, actor: Actor, *, now: datetime) -> Merge:
    """The latest merge that the actor may still undo, with who was merged. Raises NotFound."""
    merge = session.scalar(
        select(Merge)
        .join(Merge.merged)
        .options(contains_eager(Merge.merged))
        .where(
            Merge.survivor_id == actor.person.id,
            Merge.undone_at.is_(None),
            Merge.merged_at > now - UNDO_WITHIN,
        )
        .order_by(Merge.id.desc())
        .limit(1)
    )
    if merge is None:
        raise NotFound("nothing_to_unlink")
    return merge


def undo_merge(session: Session, actor: Actor, *, now: datetime) -> Merge:
    """Make two persons of one again, the latest merge first. Raises NotFound.

    Each gets back what they brought. What was done meanwhile stays with the survivor, apart from
    what happened to the very rows that the other one brought.
    """
    merge = find_merge(session, actor, now=now)
    lock_shared_events(session, {merge.survivor_id, merge.merged_id})
    people = lock_people(session, {merge.survivor_id, merge.merged_id})
    undone = update(Merge).where(Merge.id == merge.id, Merge.undone_at.is_(None))
    if not change(session, undone.values(undone_at=now)):
        raise NotFound("nothing_to_unlink")
    kept, gone = people[merge.survivor_id], people[merge.merged_id]
    for holding in HOLDINGS:
        hand_back(session, holding, merge.details["moved"][holding.name], kept.id, gone.id)
    _part_members(session, merge, gone)
    part_guests(session, merge.details.get("guests", ()), now=now)
    gone.merged_into_id = None
    note_merge(session, actor, merge, action="person.unlinked", now=now)
    session.flush()
    if not _is_in(session, kept.id, kept.current_group_id):
        kept.current_group_id = None
    session.flush()
    session.expire_all()
    return merge


def _part_members(session: Session, merge: Merge, gone: Person) -> None:
    for id_ in merge.details["members"]:
        member = session.get(Member, id_, with_for_update=True, populate_existing=True)
        if member is not None and member.person_id == merge.survivor_id:
            member.person_id = gone.id
    for row in merge.details["combined"]:
        ours, theirs = (
            session.get(Member, row[who], with_for_update=True, populate_existing=True)
            for who in ("kept", "gone")
        )
        if ours is None or theirs is None:  # the group is gone
            continue
        stands = part(
            load_stand(row["was_kept"]),
            load_stand(row["was_gone"]),
            became=load_stand(row["became"]),
            today=stand_of(ours),
        )
        stands[0].put(ours)
        stands[1].put(theirs)


def _is_in(session: Session, person_id: int, group_id: int | None) -> bool:
    mine = select(func.count()).where(Member.person_id == person_id, Member.group_id == group_id)
    return bool(session.scalar(mine))

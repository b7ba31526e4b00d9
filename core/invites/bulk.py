"""Bulk invites: on a word of its author everybody on a list is invited who can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.audit import note
from core.facts import PersonInvited
from core.invites import Invite, Offer, add_token, check_offer, new_invite
from core.invites.bulk_drafts import BulkDraft, BulkRow, get_draft, offer_of
from core.invites.deeds import Deed, count
from core.invites.limits import check_list_limits
from core.invites.texting import send_invite
from core.invites.weighing import Candidate, Verdict, weigh
from core.members import lock_members
from core.names import NAME_LIMIT, cut
from core.outbox import record
from core.people import Person, list_reachable


@dataclass(frozen=True, slots=True)
class Handout:
    """A link to hand over: `token` is told this once."""

    said: str
    invite: Invite
    token: str


@dataclass(frozen=True, slots=True)
class Committed:
    """How many hear of it by themselves, and the links for all others."""

    draft: BulkDraft
    sent: int
    handouts: Sequence[Handout]


def commit_bulk(session: Session, actor: Actor, *, public_id: str, now: datetime) -> Committed:
    """Invite those of the list who are ready by now, all or nobody; the others stay out.

    Raises NotFound for a list that is not the actor's or older than a day, Conflict when that was
    done before, or as `create_invite` does.
    """
    draft = get_draft(session, actor, public_id, now=now)
    group, offer = draft.group, offer_of(draft)
    lock_members(session, group)
    check_offer(session, actor, group=group, offer=offer)
    kept = session.scalars(select(BulkRow).where(BulkRow.draft_id == draft.id).order_by(BulkRow.id))
    candidates = [_candidate(row) for row in kept if row.verdict is Verdict.READY]
    rows = weigh(session, actor, group=group, candidates=candidates, now=now)
    ready = [row for row in rows if row.verdict is Verdict.READY]
    check_list_limits(session, actor, group=group, more=len(ready), now=now)
    people = _people(session, ready)
    offers = [_bound(offer, row, people) for row in ready]
    invites = [new_invite(actor, group=group, offer=one, now=now) for one in offers]
    session.add_all(invites)
    session.flush()
    draft.committed_at = now
    note(
        session,
        actor,
        action="bulk.committed",
        group=group,
        now=now,
        subject=draft.public_id,
        count=len(invites),
    )
    return _tell(session, actor, draft, list(zip(ready, invites, strict=True)), now=now)


def _tell(
    session: Session,
    actor: Actor,
    draft: BulkDraft,
    invited: list[tuple[Candidate, Invite]],
    *,
    now: datetime,
) -> Committed:
    known = [row.person_id for row, _ in invited if row.person_id is not None]
    reachable = {identity.person_id for identity in list_reachable(session, known)}
    handouts, sent = [], 0
    for row, invite in invited:
        note(
            session,
            actor,
            action="invite.created",
            group=draft.group,
            now=now,
            subject=invite.public_id,
            role=invite.role.value,
        )
        token = add_token(session, invite, now=now)
        count(session, Deed.SENT, invite_id=invite.id, group_id=draft.group_id, now=now)
        if row.person_id in reachable and row.person_id is not None:
            told = PersonInvited(
                group_id=draft.group_id, invite_id=invite.id, person_id=row.person_id
            )
            record(session, told, now=now)
            sent += 1
        elif send_invite(session, invite, now=now):
            sent += 1
        else:
            handouts.append(Handout(row.name or row.said, invite, token))
    return Committed(draft, sent, handouts)


def _people(session: Session, rows: Iterable[Candidate]) -> dict[int, Person]:
    ids = {row.person_id for row in rows if row.person_id is not None}
    return {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))
    }


def _bound(offer: Offer, row: Candidate, people: dict[int, Person]) -> Offer:
    if row.person_id is not None:
        return replace(offer, listed=True, invitee=people[row.person_id])
    return replace(offer, listed=True, claim=row.claim, title=row.name or cut(row.said, NAME_LIMIT))


def _candidate(row: BulkRow) -> Candidate:
    return Candidate(
        line=row.line, said=row.said, name=row.name, claim=row.claim, person_id=row.person_id
    )

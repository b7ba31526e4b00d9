"""Weighing: which people of a list can be invited to a group, and why the others can't."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.access import LEAST_INHERITED_ROLE, Actor, Member, MemberState
from core.contacts.lists import Contact
from core.errors import CoreError, Invalid
from core.groups import Group
from core.invites import Invite, InviteState, InviteStatus
from core.invites.whom import read_whom
from core.members import list_leaders
from core.names import NAME_LIMIT, cut, display_name
from core.people.acquaintances import find_known, find_known_by_name

SAID_LIMIT = 256


class Verdict(StrEnum):
    """How somebody on a list stands."""

    READY = "ready"
    MEMBER = "member"
    INVITED = "invited"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a list; `line` is where they stand in it, `said` how, `reason` the code of the
    refusal when that can't be read.
    """

    line: int
    said: str
    name: str | None = None
    claim: str | None = None
    person_id: int | None = None
    verdict: Verdict = Verdict.READY
    reason: str | None = None

    @property
    def key(self) -> str | int | None:
        return self.person_id or self.claim


def read_candidates(contacts: Iterable[Contact], *, platform: str, region: str) -> list[Candidate]:
    """By the first address of each that can be read, or by name alone."""
    return [_read(contact, platform, region) for contact in contacts]


def weigh(
    session: Session,
    actor: Actor,
    *,
    group: Group,
    candidates: Iterable[Candidate],
    now: datetime,
) -> list[Candidate]:
    """How each stands now, in a few queries however many they are."""
    rows = _recognise(session, actor, group, list(candidates))
    banned, members = _standing(session, group, [row.person_id for row in rows if row.person_id])
    invited = _invited(session, group, rows, now)
    seen: set[str | int] = set()
    weighed = []
    for row in rows:
        verdict = row.verdict
        if verdict is Verdict.READY and row.key is not None:
            if row.key in seen:
                verdict = Verdict.DUPLICATE
            elif row.person_id in banned:
                verdict = Verdict.BANNED
            elif row.person_id in members:
                verdict = Verdict.MEMBER
            elif row.key in invited or row.claim in invited:
                verdict = Verdict.INVITED
            seen.add(row.key)
        weighed.append(replace(row, verdict=verdict))
    return weighed


def _read(contact: Contact, platform: str, region: str) -> Candidate:
    name = display_name(contact.name, fallback="", limit=NAME_LIMIT) or None
    said = cut(", ".join(filter(None, (contact.name, *contact.addresses))), SAID_LIMIT)
    row = Candidate(contact.line, said or "?", name)
    reason = None
    for address in contact.addresses:
        try:
            whom = read_whom(address, platform=platform, region=region)
        except Invalid as refusal:
            reason = reason or refusal.code
            continue
        if whom.claim is not None:
            return replace(row, claim=whom.claim)
    if reason is None and name is not None:
        return row
    return replace(row, verdict=Verdict.MALFORMED, reason=reason or "whom_missing")


def _recognise(
    session: Session, actor: Actor, group: Group, rows: Sequence[Candidate]
) -> list[Candidate]:
    claims = [row.claim for row in rows if row.claim is not None]
    known = find_known(session, actor, claims=claims)
    found = []
    for row in rows:
        if row.verdict is not Verdict.READY or row.person_id is not None:
            found.append(row)
        elif row.claim in known and row.claim is not None:
            found.append(replace(row, person_id=known[row.claim].id))
        elif row.claim is None:
            found.append(_by_name(session, actor, group, row))
        else:
            found.append(row)
    return found


def _by_name(session: Session, actor: Actor, group: Group, row: Candidate) -> Candidate:
    try:
        people, certain = find_known_by_name(session, actor, group=group, name=row.name or "")
    except CoreError:
        people, certain = [], False
    if certain:
        return replace(row, person_id=people[0].id)
    reason = "who_is_unsure" if people else "who_not_known"
    return replace(row, verdict=Verdict.MALFORMED, reason=reason)


def _standing(session: Session, group: Group, ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Who of them is banned, and who is in, by themselves or as an admin of a group above."""
    mine = Member.group_id == group.id, Member.person_id.in_(ids)
    rows = session.execute(select(Member.person_id, Member.state).where(*mine)).all()
    _, above = list_leaders(session, group.id, least=LEAST_INHERITED_ROLE)
    banned = {row.person_id for row in rows if row.state is MemberState.BANNED}
    inside = {row.person_id for row in rows if row.state is MemberState.ACTIVE}
    return banned, inside | set(above)


def _invited(
    session: Session, group: Group, rows: Sequence[Candidate], now: datetime
) -> set[str | int]:
    """The claims and person ids that a pending invite to this group is bound to."""
    query = select(Invite).where(
        Invite.group_id == group.id,
        Invite.state == InviteState.OPEN,
        or_(
            Invite.claim.in_([row.claim for row in rows if row.claim is not None]),
            Invite.invitee_id.in_([row.person_id for row in rows if row.person_id is not None]),
        ),
    )
    pending = [one for one in session.scalars(query) if one.status(now) is InviteStatus.PENDING]
    keys: list[str | int | None] = [key for one in pending for key in (one.claim, one.invitee_id)]
    return {key for key in keys if key is not None}

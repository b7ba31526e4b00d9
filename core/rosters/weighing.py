"""Weighing a list of players against the roster: who is new, what has changed, what can't be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.groups import Group, below
from core.rosters import ONE
from core.rosters.guardians import Contact
from core.rosters.players import (
    MOST_GUARDIANS,
    TEAMLESS,
    Guardian,
    Player,
    list_guardians,
    name_key,
)
from core.rosters.rows import RosterRow

CHUNK = 500


class Verdict(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Weighed:
    """`player` is who it is about, where they are on the roster; `team` where they belong then."""

    row: RosterRow
    verdict: Verdict
    team: Group | None = None
    player: Player | None = None
    guardians: Sequence[Guardian] = ()


@dataclass
class Scale:
    """Weighs rows for the roster of `group`, in chunks; remembers what it has seen of the list."""

    session: Session
    group: Group
    seen: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        inside = select(Group).where(Group.id.in_(below(self.group.id)), Group.id != self.group.id)
        named: dict[str, list[Group]] = {}
        for one in [self.group, *self.session.scalars(inside)]:
            named.setdefault(name_key(one.name), []).append(one)
        self._teams: Mapping[str, list[Group]] = named
        self._ids = [one.id for groups in named.values() for one in groups]

    def weigh(self, rows: Sequence[RosterRow]) -> list[Weighed]:
        """A few queries, however many the rows are."""
        keys = {row.key for row in rows if row.problem is None}
        known: dict[str, list[Player]] = {}
        query = ONE.where(Player.name_key.in_(keys), Player.group_id.in_(self._ids))
        for player in self.session.scalars(query.order_by(Player.id)):
            known.setdefault(player.name_key, []).append(player)
        ids = [player.id for players in known.values() for player in players]
        guardians = list_guardians(self.session, ids)
        return [self._weigh(row, known.get(row.key, []), guardians) for row in rows]

    def _weigh(
        self, row: RosterRow, namesakes: list[Player], guardians: Mapping[int, list[Guardian]]
    ) -> Weighed:
        if row.problem is not None:
            return Weighed(row, Verdict.MALFORMED)
        teams = self._teams.get(name_key(row.team), []) if row.team else [self.group]
        if len(teams) != 1:
            problem = "team_unclear" if teams else "team_not_here"
            return Weighed(replace(row, problem=problem), Verdict.MALFORMED)
        team = teams[0]
        if (team.id, row.key) in self.seen:
            return Weighed(row, Verdict.DUPLICATE, team)
        self.seen.add((team.id, row.key))
        found = _meant(row, team, namesakes)
        if len(found) > 1:
            return Weighed(replace(row, problem="player_unclear"), Verdict.MALFORMED, team)
        if not found:
            return Weighed(row, Verdict.NEW, team)
        return self._compare(row, team, found[0], guardians.get(found[0].id, []))

    def _compare(
        self, row: RosterRow, team: Group, player: Player, guardians: Sequence[Guardian]
    ) -> Weighed:
        fresh = place_contacts(guardians, row.contacts)
        if fresh is None:
            return Weighed(replace(row, problem="too_many_guardians"), Verdict.MALFORMED, team)
        moves = bool(row.team) and player.group_id != team.id
        signs = row.signed and not player.is_signed
        verdict = Verdict.CHANGED if fresh or moves or signs else Verdict.SAME
        return Weighed(row, verdict, team if row.team else player.group, player, guardians)


def chunks(rows: Sequence[RosterRow]) -> Iterator[Sequence[RosterRow]]:
    """The rows in pieces, each for one transaction."""
    for at in range(0, len(rows), CHUNK):
        yield rows[at : at + CHUNK]


def place_contacts(
    guardians: Sequence[Guardian], contacts: Sequence[Contact]
) -> dict[int, Contact] | None:
    """What is to be written at which place: a contact goes to the guardian whom it shares an
    address or the name with, and adds to what is known of them, else to a free place. None when
    there is none.
    """
    places = {one.place: one for one in guardians}
    changes: dict[int, Contact] = {}
    for contact in contacts:
        mine = next((one for one in guardians if _is_same(one, contact)), None)
        if mine is None:
            taken = {*places, *changes}
            free = [place for place in range(1, MOST_GUARDIANS + 1) if place not in taken]
            if not free:
                return None
            changes[free[0]] = contact
        elif (merged := _merged(mine, contact)) is not None:
            changes[mine.place] = merged
    return changes


def _meant(row: RosterRow, team: Group, namesakes: list[Player]) -> list[Player]:
    """Who plays in that team, else who has no team yet; without a team anybody of the name."""
    there = [one for one in namesakes if one.group_id == team.id]
    if there or not row.team:
        return there or namesakes
    return [one for one in namesakes if one.group.kind in TEAMLESS]


def _is_same(guardian: Guardian, contact: Contact) -> bool:
    pairs = (
        (guardian.email, contact.email),
        (guardian.phone, contact.phone),
        (guardian.handle, contact.handle),
        (name_key(guardian.name or ""), name_key(contact.name or "")),
    )
    return any(known and known == told for known, told in pairs)


def _merged(guardian: Guardian, contact: Contact) -> Contact | None:
    """With what the list adds; None where it adds nothing."""
    known = Contact(
        guardian.name, guardian.email, guardian.phone, guardian.handle, guardian.person_id
    )
    merged = Contact(
        contact.name or known.name,
        contact.email or known.email,
        contact.phone or known.phone,
        contact.handle or known.handle,
        known.person_id,
    )
    return merged if merged != known else None

"""Working off a list of players: a chunk in each transaction, so that it can stop anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Permission, require
from core.audit import note
from core.authors import author_of
from core.chats.team_links import with_way_in
from core.errors import CoreError
from core.facts.progress import Long
from core.facts.roster import ContractSigned, LinkDue, RosterImported
from core.groups import Group
from core.long_deeds import is_time, show_progress
from core.outbox import record
from core.rosters import new_player, note_deed, write_contact
from core.rosters.guardians import Contact
from core.rosters.imports import ImportState, RosterChunk, RosterImport, whose
from core.rosters.players import ContractState, Guardian
from core.rosters.rows import RosterRow
from core.rosters.signatures import Capacity, new_signature
from core.rosters.terms import Terms, current_terms
from core.rosters.weighing import Scale, Verdict, Weighed, place_contacts


def work_off_chunk(session: Session, *, rulers: Collection[str], now: datetime) -> bool:
    """The next rows of the oldest list that was asked for. False when there are none.

    Rows are weighed anew, so what was done meanwhile, here or by hand, is not done again. `rulers`
    are the system admins of today.
    """
    draft = session.scalar(
        select(RosterImport)
        .where(RosterImport.state == ImportState.ASKED)
        .options(joinedload(RosterImport.group, innerjoin=True))
        .order_by(RosterImport.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=RosterImport)
    )
    if draft is None:
        return False
    actor = author_of(session, draft.author_id, draft.via, rulers)
    chunk = session.scalar(
        select(RosterChunk)
        .where(RosterChunk.import_id == draft.id)
        .order_by(RosterChunk.place)
        .limit(1)
    )
    try:
        if actor is None:
            end(session, draft, ImportState.BROKEN, now=now)
            return True
        require(session, actor, Permission.KEEP_ROSTER, draft.group)
    except CoreError:
        end(session, draft, ImportState.BROKEN, now=now)
        return True
    if chunk is None:
        end(session, draft, ImportState.DONE, now=now)
        return True
    rows = [RosterRow.unpack(one) for one in chunk.rows["rows"]]
    done = _Bench(session, actor, draft.group, now).take(rows)
    counts = Counter({name: int(count) for name, count in draft.counts.items()})
    draft.counts = dict(counts + done)
    session.delete(chunk)
    if is_time(session, Long.ROSTER, draft.id, now=now):
        show_progress(session, Long.ROSTER, draft.id, **whose(draft), now=now)
    return True


def end(session: Session, draft: RosterImport, state: ImportState, *, now: datetime) -> None:
    """The list is worked off, or can't be; its author hears of it."""
    draft.state, draft.done_at = state, now
    told = RosterImported(group_id=draft.group_id, import_id=draft.id, person_id=draft.author_id)
    record(session, told, now=now)


def break_off(session: Session, *, now: datetime) -> None:
    """The list whose turn it is can't be worked off, by a bug of ours: the others go on."""
    draft = session.scalar(
        select(RosterImport)
        .where(RosterImport.state == ImportState.ASKED)
        .order_by(RosterImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if draft is not None:
        end(session, draft, ImportState.BROKEN, now=now)


class _Bench:
    """Where the rows of one chunk become players, guardians and signatures."""

    def __init__(self, session: Session, actor: Actor, group: Group, now: datetime) -> None:
        self._session = session
        self._actor = actor
        self._group = group
        self._now = now
        self._terms: dict[int, Terms | None] = {}
        self._open: set[int] = set()

    def take(self, rows: list[RosterRow]) -> Counter[str]:
        """How many were added, changed, signed, the same, or could not be taken after all."""
        weighed = Scale(self._session, self._group).weigh(rows)
        teams = {one.team.id: one.team for one in weighed if one.team is not None}
        self._open = with_way_in(self._session, list(teams.values()))
        new = self._add([one for one in weighed if one.verdict is Verdict.NEW])
        changed = [one for one in weighed if one.verdict is Verdict.CHANGED]
        signed = sum(self._change(one) for one in [*new, *changed])
        same = sum(one.verdict is Verdict.SAME for one in weighed)
        found = {
            "added": len(new),
            "changed": len(changed),
            "signed": signed,
            "same": same,
            "left_out": len(weighed) - len(new) - len(changed) - same,
        }
        return Counter({name: count for name, count in found.items() if count})

    def _add(self, rows: list[Weighed]) -> list[Weighed]:
        """All at once: a statement for each would be a thousand times the wait."""
        added = []
        for one in rows:
            assert one.team is not None
            player = new_player(one.team, one.row.name, now=self._now)
            added.append(Weighed(one.row, one.verdict, one.team, player))
        self._session.add_all(one.player for one in added)
        self._session.flush()
        for one in added:
            assert one.player is not None
            note_deed(self._session, self._actor, one.player, "player.added", self._now)
        return added

    def _change(self, one: Weighed) -> bool:
        """Whether that signed the contract."""
        player, team = one.player, one.team
        assert player is not None
        assert team is not None
        for place, contact in (place_contacts(one.guardians, one.row.contacts) or {}).items():
            self._write(one, place, contact)
        if player.group_id != team.id:
            player.group = team
            note_deed(self._session, self._actor, player, "player.assigned", self._now)
            if player.is_signed:
                self._follow_up(one)
        if not one.row.signed or player.is_signed:
            return False
        self._sign(one)
        return True

    def _write(self, one: Weighed, place: int, contact: Contact) -> None:
        assert one.player is not None
        known = {guardian.place: guardian for guardian in one.guardians}
        guardian = known.get(place) or Guardian(player_id=one.player.id, place=place)
        write_contact(self._session, self._actor, guardian, contact)
        self._session.add(guardian)
        if one.verdict is Verdict.CHANGED:
            note_deed(self._session, self._actor, one.player, "player.guardian_set", self._now)

    def _follow_up(self, one: Weighed) -> None:
        player, team = one.player, one.team
        assert player is not None
        assert team is not None
        player.link_owed = team.id not in self._open
        if not player.link_owed:
            due = LinkDue(group_id=team.id, player_id=player.id, imported=True)
            record(self._session, due, now=self._now)

    def _sign(self, one: Weighed) -> None:
        player, team = one.player, one.team
        assert player is not None
        assert team is not None
        if team.id not in self._terms:
            self._terms[team.id] = current_terms(self._session, team)
        signature = new_signature(
            player,
            self._actor,
            self._terms[team.id],
            capacity=Capacity.CLUB,
            name=self._actor.person.name,
            now=self._now,
        )
        self._session.add(signature)
        player.contract = ContractState.SIGNED
        player.link_owed = team.id not in self._open
        signed = ContractSigned(group_id=team.id, player_id=player.id, imported=True)
        record(self._session, signed, now=self._now)
        note(
            self._session,
            self._actor,
            action="contract.signed",
            group=team,
            now=self._now,
            subject=player.public_id,
            capacity=Capacity.CLUB.value,
        )

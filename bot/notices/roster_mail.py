"""The roster as a file, for an admin who asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.notices.notice import Enclosure, Notice
from bot.spreadsheets import csv_of
from bot.texts import lines, say
from core.access import Permission, allows, role_in
from core.facts import Fact
from core.facts.mail import RosterAsked
from core.groups import Group
from core.rosters.mail import Line, roster_lines

HEADER = ("player", "team", "contract", "guardian 1", "contacts 1", "guardian 2", "contacts 2")


def roster_export(session: Session, fact: Fact) -> Notice | None:
    """As it is when it is sent, and only to who may still see it."""
    assert isinstance(fact, RosterAsked)
    if not allows(role_in(session, fact.person_id, fact.group_id), Permission.KEEP_ROSTER):
        return None
    group, players = session.get_one(Group, fact.group_id), roster_lines(session, fact.group_id)
    table = csv_of(HEADER, [tuple(_cells(one)) for one in players])
    return Notice(
        lines(
            say("Here is the roster of <b>{group}</b>.", group=group.name),
            say("Players: {count}", count=len(players)),
        ),
        subject=say("The roster of {group}", group=group.name),
        enclosures=(Enclosure("roster.csv", table, "text/csv"),),
        is_asked_for=True,
    )


def _cells(line: Line) -> Iterator[str]:
    player, guardians = line
    yield player.name
    yield player.team.name if player.team else ""
    yield player.contract.value
    for at in range(2):
        one = guardians[at] if at < len(guardians) else None
        yield (one.name or "") if one else ""
        yield ", ".join(filter(None, (one.email, one.phone, one.handle))) if one else ""

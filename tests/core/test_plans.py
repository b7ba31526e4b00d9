"""What is asked often is answered from an index, however long the history is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from core import deliveries, inbox, outbox
from core.access import role_in
from core.deliveries import list_sent_since, oldest_due, readdress
from core.deliveries.claims import claim_due
from core.errors import CoreError
from core.inbox import list_waiting, mark_handled, prune
from core.invites.guesses import count_recent
from core.invites.lists import list_invites
from core.invites.redemptions import open_invite
from core.members import list_members
from core.outbox import list_waiting as list_facts
from core.tokens import new_token
from tests.cast import NOW, Cast

Verb = Callable[[Session, Cast], object]


def _open(s: Session, cast: Cast) -> object:
    return open_invite(s, cast.bob(s), code=new_token(), now=NOW)


def _members(s: Session, cast: Cast) -> object:
    return list_members(s, cast.bob(s), group=cast.tigers(s))


def _invites(s: Session, cast: Cast) -> object:
    return list_invites(s, cast.alice(s), group=cast.tigers(s), now=NOW)


VERBS: dict[str, tuple[Verb, set[str]]] = {
    "claim": (
        lambda s, _: claim_due(s, now=NOW, limit=10),
        {"ix_deliveries_ready", "ix_deliveries_sending", "ix_deliveries_destination"},
    ),
    "oldest due": (lambda s, _: oldest_due(s), {"ix_deliveries_ready", "ix_deliveries_sending"}),
    "sent lately": (lambda s, _: list_sent_since(s, NOW), {"deliveries"}),
    "readdress": (
        lambda s, _: readdress(s, channel="telegram", old="-1", new="-2"),
        {"ix_deliveries_destination"},
    ),
    "inbox": (lambda s, _: list_waiting(s, limit=10), {"ix_inbox_waiting"}),
    "handled": (lambda s, _: mark_handled(s, 1, now=NOW), {"inbox"}),
    "prune": (lambda s, _: prune(s, before=NOW), {"ix_inbox_handled"}),
    "facts": (lambda s, _: list_facts(s, limit=10), {"ix_outbox_waiting"}),
    "invite by token": (_open, {"uq_invite_tokens_digest", "ix_guesses_guesser"}),
    "members of a group": (_members, {"ix_members_group_id_state_id"}),
    "invites of a group": (_invites, {"ix_invites_group_id_id"}),
    "role": (lambda s, _: role_in(s, 1, 1), {"uq_members_person_id_group_id"}),
    "counts": (
        lambda s, _: [queue.count_by_status(s) for queue in (deliveries, inbox, outbox)],
        {
            "ix_deliveries_trouble",
            "ix_inbox_trouble",
            "ix_inbox_waiting",
            "ix_outbox_dead",
            "ix_outbox_waiting",
        },
    ),
    "oldest": (
        lambda s, _: [queue.oldest_waiting(s) for queue in (inbox, outbox)],
        {"ix_inbox_waiting", "ix_outbox_waiting"},
    ),
    "guesses": (lambda s, _: count_recent(s, "person:1", now=NOW), {"ix_guesses_guesser"}),
}
# A walk along an index, the recursion up the tree's few levels, the database's clock, and the few
# rows that an inner query has found.
HARMLESS = (
    "INDEX",
    "SCAN line",
    "CONSTANT ROW",
    "SCAN (subquery",
    "SCAN anon",
    "SCAN lost",
    "SCAN ready",
)
# SQLite names the index that a UNIQUE rule made by its number.
NUMBERED = {
    "uq_invite_tokens_digest": "sqlite_autoindex_invite_tokens_1",
    "uq_members_person_id_group_id": "sqlite_autoindex_members_1",
}


@pytest.mark.parametrize("name", VERBS)
async def test_it_reads_no_table_from_end_to_end(cast: Cast, name: str) -> None:
    verb, indexes = VERBS[name]
    plan = await _plan_of(cast, verb)
    sqlite = cast.database.engine.dialect.name == "sqlite"
    assert {index for index in indexes if _named(index, sqlite=sqlite) not in plan} == set()
    scans = [line.strip() for line in plan.splitlines() if "SCAN" in line or "Seq Scan" in line]
    assert [line for line in scans if not any(word in line for word in HARMLESS)] == []


async def _plan_of(cast: Cast, verb: Verb) -> str:
    statements: list[tuple[str, Any]] = []
    engine = cast.database.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2:4]))

    def unit(s: Session) -> str:
        if engine.dialect.name == "postgresql":
            s.execute(text("SET LOCAL enable_seqscan = off"))
        statements.clear()
        with contextlib.suppress(CoreError):
            verb(s, cast)
        return "\n".join(_explain(s, *statement) for statement in list(statements))

    return await cast.database.write(unit)


def _explain(session: Session, statement: str, parameters: Any) -> str:
    if not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
        return ""
    word = "EXPLAIN" if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found = session.connection().exec_driver_sql(f"{word} {statement}", parameters)
    return "\n".join(str(row[-1]) for row in found)


def _named(index: str, *, sqlite: bool) -> str:
    return NUMBERED.get(index, index) if sqlite else index

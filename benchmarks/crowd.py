"""A crowd: many members in ten thousand groups six deep, put in by a few statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import psycopg

from core.database import Database
from core.migrate import migrate

GROUPS = 10_000
# How many groups stand on each level; the first is the root.
LEVELS = (1, 9, 90, 900, 3000, 6000)
# The first fan runs everything from the root; a tenth of all are in the last group, six deep.
ROOT, DISTRICT, LARGE = 1, 2, GROUPS
LARGE_SHARE = 10
GIVEN, FAMILIES = 200, 5003
NOW = "'2026-11-20 18:30:00.000000'"
# Neither a journal nor a check of what refers to what: it is right by construction.
UNSAFE = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000")
SAFE = ("PRAGMA journal_mode = WAL",)
HASTY = ("SET synchronous_commit = off", "SET session_replication_role = replica")
COUNT = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {size})"
GIVEN_NAME = f"'given' || (100 + n % {GIVEN})"
FAMILY_NAME = f"'family' || (10000 + n % {FAMILIES})"


@dataclass(frozen=True, slots=True)
class Fan:
    """Somebody of the crowd: the name of the n-th, by which they can be looked for."""

    number: int

    @property
    def given(self) -> str:
        """Every two-hundredth is called that."""
        return f"given{100 + self.number % GIVEN}"

    @property
    def name(self) -> str:
        """Among a million hardly anybody else is called that."""
        return f"{self.given} family{10000 + self.number % FAMILIES}"


def _statements(size: int) -> list[str]:
    role = "CASE WHEN n <= 2 THEN 'owner' ELSE 'member' END"
    place = (
        f"CASE WHEN n = 1 THEN {ROOT} WHEN n = 2 THEN {DISTRICT}"
        f" WHEN n <= {size // LARGE_SHARE} THEN {LARGE} ELSE 2 + n % {GROUPS - 2} END"
    )
    account = {"platform": "'telegram'", "address": "CAST(n AS VARCHAR)", "reachable": "(1 = 1)"}
    whole = f"{GIVEN_NAME} || ' ' || {FAMILY_NAME}"
    return [
        *_tree(),
        insert("people", size, id="n", name=whole, created_at=NOW),
        insert("identities", size, id="n", person_id="n", **account, created_at=NOW),
        insert(
            "members",
            size,
            id="n",
            group_id=place,
            person_id="n",
            role=role,
            state="'active'",
            joined_at=NOW,
        ),
        *(
            # In the order of the index, so that it grows at its end.
            insert("name_words", size, word=word, person_id="n") + " ORDER BY 1, 2"
            for word in (GIVEN_NAME, FAMILY_NAME)
        ),
    ]


def _tree() -> list[str]:
    made, first, above = [], 1, 0
    for level, size in enumerate(LEVELS):
        id_ = f"({first} + n - 1)"
        names = {"name": f"'Team ' || {id_}", "slug": f"'team-' || {id_}", "kind": "'team'"}
        parent = "NULL" if level == 0 else f"{above} + (n - 1) % {LEVELS[level - 1]}"
        made.append(insert("groups", size, id=id_, parent_id=parent, **names, created_at=NOW))
        above, first = first, first + size
    return made


def insert(table: str, size: int, **values: str) -> str:
    """So many rows, each with what SQL makes of its number `n`."""
    count = COUNT.format(size=size)
    columns, terms = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO {table} ({columns}) {count} SELECT {terms} FROM n"  # noqa: S608 - all of it is ours


async def fill(database: Database, size: int) -> None:
    """Migrate the empty database and put the crowd in."""
    await migrate(database)
    await pour(database, _statements(size))


async def pour(database: Database, statements: Sequence[str]) -> None:
    """Run them as fast as can be. What is lost in a crash is made again."""
    await database.close()  # nobody else may look on while there is no journal
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as raw:
            for statement in (*UNSAFE, "BEGIN", *statements, "COMMIT", *SAFE):
                raw.execute(statement)
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        # Autovacuum would read the tables through in time: their planner knows them.
        for statement in (*HASTY, *statements, "VACUUM ANALYZE"):
            connection.execute(statement)

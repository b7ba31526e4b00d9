"""What makes a database ready for the next test quickly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

import core.database
import core.database.hops
import core.database.postgresql_units
import core.database.sqlite_units

Made = TypeVar("Made", Engine, AsyncEngine)

STATEMENTS = 5_000  # all that the tests say
# A hundredth of what copying a template takes. Tables that have grown or were analysed would change
# the plans that tests read: these are truncated, which takes a hundred times as long as deleting.
EMPTY = """
DO $$
DECLARE
    names text[] := ARRAY(
        SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    );
    name text;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    IF current_setting('is_superuser') = 'off' OR EXISTS (
        SELECT FROM pg_class WHERE oid = ANY (names::regclass[])
        AND (reltuples >= 0 OR pg_relation_size(oid) > 10 * 8192)
    ) THEN
        EXECUTE 'TRUNCATE ' || array_to_string(names, ', ');
    ELSE
        SET LOCAL session_replication_role = replica;  -- no foreign keys, no guards of the log
        EXECUTE 'LOCK TABLE ' || array_to_string(names, ', ');
        FOREACH name IN ARRAY names LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
    END IF;
    PERFORM setval(seqrelid, 1, false) FROM pg_sequence
        WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
END $$
"""


def share_statements() -> None:
    """Let all tests' engines compile each statement once, as one program's engine does.

    Compiling takes most of the time of a test that writes a few rows.
    """
    makers = (
        (core.database.postgresql_units, "postgresql_engine"),
        (core.database.postgresql_units, "postgresql_engine_in_thread"),
        (core.database.sqlite_units, "sqlite_engine"),
        (core.database.hops, "engine_in_thread"),
    )
    for module, name in makers:
        setattr(module, name, _sharing(getattr(module, name)))


def _synchronous(engine: Any) -> Engine:
    return cast("Engine", getattr(engine, "sync_engine", engine))


def _sharing(make: Callable[..., Made]) -> Callable[..., Made]:
    first: dict[str, Engine] = {}

    def shared(*args: Any, **options: Any) -> Made:
        made = make(*args, **options)
        engine = _synchronous(made)
        known = first.get(engine.url.drivername)
        if known is None or known.dialect.server_version_info is None:  # it never connected
            first[engine.url.drivername] = engine
            engine._compiled_cache = LRUCache(STATEMENTS)
        else:
            engine.dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        return made

    return shared

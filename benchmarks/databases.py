"""Empty databases to measure on: a SQLite file, and PostgreSQL where its programs are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from tests import postgres as servers

# The tests' server may lose data; what is measured here may not.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def sqlite(folder: Path, name: str) -> str:
    return f"sqlite+aiosqlite:///{folder}/{name}.db"


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a new database, or None where there is no PostgreSQL."""
    with postgres_databases(1) as urls:
        yield next(iter(urls), None)


@contextmanager
def postgres_databases(count: int) -> Iterator[list[str]]:
    """The URLs of so many new databases, or none where there is no PostgreSQL.

    The server is the one that USHER_TEST_POSTGRES_URL names, or one of our own, with its default
    durability.
    """
    try:
        cluster = _cluster()
    except servers.Unavailable:
        yield []
        return
    names = [f"bench_{uuid4().hex}" for _ in range(count)]
    try:
        yield [cluster.create_database(name) for name in names]
        for name in names:
            cluster.drop_database(name)
    finally:
        cluster.stop()


def _cluster() -> servers.PostgresCluster:
    url = os.environ.get("USHER_TEST_POSTGRES_URL")
    cluster = servers.PostgresCluster(url) if url else servers.LocalCluster()
    with patch.dict(servers.SETTINGS, DURABLE):
        cluster.start()
    return cluster

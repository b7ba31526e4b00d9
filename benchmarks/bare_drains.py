"""The limit: hand-written loops over the bare drivers, a claim and a settlement for each batch."""

from __future__ import annotations

import time
from pathlib import Path

import aiosqlite
import psycopg
from sqlalchemy import make_url

BATCH = 100
TABLE = """CREATE TABLE bare (id {id} PRIMARY KEY, status text NOT NULL, payload text NOT NULL,
 token text, until {time})"""
INDEX = "CREATE INDEX bare_ready ON bare (id) WHERE status = 'pending'"
PAYLOAD = '{"group_id": 1, "person_id": 2, "invite_id": 3}'
CLAIM = """UPDATE bare SET status = 'sending', token = {token}, until = {now}
 WHERE id IN (SELECT id FROM bare WHERE status = 'pending' ORDER BY id LIMIT {batch} {lock})
 RETURNING id, payload"""


async def drain_sqlite(path: Path, rows: int) -> float:
    """Rows a second, by aiosqlite."""
    async with aiosqlite.connect(path, isolation_level=None) as link:
        await link.execute("PRAGMA journal_mode = WAL")
        await link.execute("PRAGMA synchronous = FULL")
        await link.execute(TABLE.format(id="integer", time="text"))
        await link.execute(INDEX)
        await link.execute("BEGIN")
        await link.executemany(
            "INSERT INTO bare (status, payload) VALUES ('pending', ?)", [(PAYLOAD,)] * rows
        )
        await link.execute("COMMIT")
        claim = CLAIM.format(token="?", now="datetime('now')", batch=BATCH, lock="")
        started = time.perf_counter()
        while True:
            await link.execute("BEGIN IMMEDIATE")
            taken = list(await link.execute_fetchall(claim, ("token",)))
            await link.executemany(
                "UPDATE bare SET status = 'sent' WHERE id = ? AND token = 'token'",
                [(row[0],) for row in taken],
            )
            await link.execute("COMMIT")
            if not taken:
                return rows / (time.perf_counter() - started)


async def drain_postgres(url: str, rows: int) -> float:
    """Rows a second, by psycopg."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as link:
        await link.execute("DROP TABLE IF EXISTS bare")
        await link.execute(TABLE.format(id="bigint", time="timestamptz"))
        await link.execute(INDEX)
        await link.execute(
            "INSERT INTO bare (id, status, payload)"
            " SELECT n, 'pending', %s FROM generate_series(1, %s) n",
            (PAYLOAD, rows),
        )
        claim = CLAIM.format(token="%s", now="now()", batch=BATCH, lock="FOR UPDATE SKIP LOCKED")
        settle = "UPDATE bare SET status = 'sent' WHERE id = ANY(%s) AND token = 'token'"
        started = time.perf_counter()
        while True:
            taken = await (await link.execute(claim, ("token",))).fetchall()
            if not taken:
                return rows / (time.perf_counter() - started)
            await link.execute(settle, ([row[0] for row in taken],))

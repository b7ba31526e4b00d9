"""REST beside a bare aiohttp handler that runs the same statements through the bare driver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks import crowd
from benchmarks.databases import postgres_databases, sqlite
from benchmarks.process import Running, module, running, wait_for
from benchmarks.rest_load import Taken, load
from benchmarks.spread import Spread
from benchmarks.start import scratch
from benchmarks.table import Row, at_least, limited
from core.access import Actor
from core.api_keys import ApiKey
from core.database import Database
from core.groups import get_group
from core.invites import UNLIMITED, InviteToken, Offer, create_invite
from core.people import Person
from core.tokens import digest, new_key, new_token

LIMIT, GROWTH_LIMIT, MEMORY_LIMIT_MB = 0.5, 2.0, 200
START_PATIENCE_S = 60.0
# Whoever runs the root; and the people who accept, who are nobody's members before.
ASKER = 1
ADVANCE = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The same in every database: the owner's key, an invite's token, the keys of newcomers."""

    key: str
    token: str
    newcomers: Sequence[str]

    def requests(self, case: str, count: int, *, skip: int = 0) -> list[bytes]:
        """As they go over the wire."""
        if case == "invite info":
            return [_wire("GET", f"/invites/{self.token}/info")] * count
        if case == "member list":
            return [_wire("GET", f"/groups/{crowd.LARGE}/members?limit=50", self.key)] * count
        keys = self.newcomers[skip : skip + count]
        return [_wire("POST", f"/invites/{self.token}/accept", key) for key in keys]


@dataclass(frozen=True, slots=True)
class Host:
    """A service in a process of its own."""

    one: Running
    port: int


CASES = ("invite info", "accept", "member list")
# Databases: where requests are recorded, ours, the bare handler's, and a large one of ours.
PLACES = ("recorded", "ours", "theirs", "grown")


async def rest(
    *, size: int, large: int, requests: int, rounds: int, crowd_of: int, on_postgres: bool = True
) -> list[Row]:
    """Each case in turn by both, `rounds` times `requests` by 20 clients; then `crowd_of` clients
    at once; then in a `large` database beside one of `size`.
    """
    rows: list[Row] = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, scratch() as folder:
        bench = Bench(pool, folder, requests, rounds, crowd_of)
        urls = [sqlite(folder, f"rest{at}") for at in range(len(PLACES))]
        rows += await bench.compare("SQLite", urls, size, large)
        with postgres_databases(len(PLACES) if on_postgres else 0) as urls:
            rows += await bench.compare("PostgreSQL", urls, size, large) if urls else []
    return rows


@dataclass(frozen=True, slots=True)
class Bench:
    pool: ProcessPoolExecutor
    folder: Path
    requests: int
    rounds: int
    crowd_of: int

    async def compare(self, name: str, urls: Sequence[str], size: int, large: int) -> list[Row]:
        places, rows = dict(zip(PLACES, urls, strict=True)), []
        secrets = Secrets(
            new_key(),
            new_token(),
            [new_key() for _ in range(self.requests * self.rounds + self.crowd_of)],
        )
        for place, url in places.items():
            await settle(url, secrets, large if place == "grown" else size)
        await self._record(places["recorded"], secrets)
        async with self._host("product", places["ours"]) as ours:
            async with self._host("bare", places["theirs"]) as bare:
                ports = ours.port, bare.port
                rows += [await self._beside(name, case, secrets, *ports) for case in CASES]
            rows += await self._together(name, secrets, ours)
            small = await self._median(secrets, ours.port)
        async with self._host("product", places["grown"]) as grown:
            big = await self._median(secrets, grown.port)
        return rows + [_growth(name, case, small[case], big[case], large) for case in small]

    async def _record(self, url: str, secrets: Secrets) -> None:
        """Every request once, one after the other."""
        async with self._host("recorded", url) as host:
            for case in CASES:
                count = self.requests * self.rounds if case == "accept" else 1
                await self._load(host.port, secrets.requests(case, count), clients=1)

    @asynccontextmanager
    async def _host(self, kind: str, url: str) -> AsyncIterator[Host]:
        command = module("benchmarks.rest_host", kind, url, str(self.folder / "scripts"))
        async with running(*command, folder=self.folder, log=f"{kind}.log") as one:

            async def is_up() -> bool:
                return one.text().strip().isdecimal()

            await wait_for(is_up, one, timeout_s=START_PATIENCE_S)
            yield Host(one, int(one.text()))

    async def _beside(
        self, name: str, case: str, secrets: Secrets, port: int, bare_port: int
    ) -> Row:
        ours: list[Taken] = []
        bare: list[Taken] = []
        for number in range(self.rounds):
            sent = secrets.requests(case, self.requests, skip=number * self.requests)
            for where, taken in ((port, ours), (bare_port, bare)):
                taken.append(await self._load(where, sent, clients=20))
        rates = [Spread([one.rate for one in taken]).median for taken in (ours, bare)]
        ratio = rates[0] / rates[1]
        p99 = Spread([one for taken in ours for one in taken.latencies_ms]).percentile(0.99)
        figure = f"{rates[0]:.0f} a second, p99 {p99:.0f} ms; {ratio:.2f} of {rates[1]:.0f} bare"
        return at_least(f"REST: {case} on {name}", ratio, figure, limit=LIMIT)

    async def _together(self, name: str, secrets: Secrets, host: Host) -> list[Row]:
        """All clients at once, a third of them with each case; and what they cost in memory."""
        each = self.crowd_of
        skip = self.requests * self.rounds
        sent = [one for case in CASES for one in secrets.requests(case, each, skip=skip)]
        async with host.one.peak_mb() as memory:
            taken = await self._load(host.port, sent, clients=self.crowd_of, strict=False)
        case = f"REST: {self.crowd_of} clients at once on {name}"
        slowest = max(taken.latencies_ms)
        told = f"{taken.errors} errors, {slowest:.0f} ms at most"
        megabytes = max(memory)
        return [
            limited(case, taken.errors, told, at_most=0, unit="errors"),
            limited(
                f"{case}: memory",
                megabytes,
                f"{megabytes:.0f} MB at most",
                at_most=MEMORY_LIMIT_MB,
                unit="MB",
            ),
        ]

    async def _median(self, secrets: Secrets, port: int) -> dict[str, float]:
        """Milliseconds of one client alone."""
        found = {}
        for case in ("invite info", "member list"):
            taken = await self._load(
                port, secrets.requests(case, max(20, self.requests // 5)), clients=1
            )
            found[case] = Spread(taken.latencies_ms).median
        return found

    async def _load(
        self, port: int, sent: list[bytes], *, clients: int, strict: bool = True
    ) -> Taken:
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(self.pool, partial(load, port, sent, clients))
        assert not (strict and taken.errors), f"not only 200: {dict(taken.statuses)}"
        return taken


def _growth(name: str, case: str, small: float, big: float, large: int) -> Row:
    ratio = big / small
    figure = f"{small:.1f} and {big:.1f} ms; {ratio:.2f} ×"
    told = f"REST: {case} among {large:,} members on {name}"
    return Row(told, figure, f"less than {GROWTH_LIMIT:g} ×", ratio < GROWTH_LIMIT)


async def settle(url: str, secrets: Secrets, size: int) -> None:
    """A crowd, an invite without end, and people who are in no group."""
    database = Database(url)
    try:
        await crowd.fill(database, size)
        await database.write(partial(_furnish, secrets=secrets, now=datetime.now(UTC)))
    finally:
        await database.close()


def _furnish(session: Session, *, secrets: Secrets, now: datetime) -> None:
    if session.get_bind().dialect.name == "postgresql":
        for table in ("people", "members", "groups"):  # whose numbers the crowd chose itself
            session.execute(text(ADVANCE.format(table=table)))
    group, asker = get_group(session, crowd.LARGE), session.get_one(Person, ASKER)
    offer = Offer(max_uses=UNLIMITED)
    made, _ = create_invite(session, Actor(asker, "api"), group=group, offer=offer, now=now)
    session.add(InviteToken(invite_id=made.id, digest=digest(secrets.token), created_at=now))
    people = [Person(name="Newcomer", created_at=now) for _ in secrets.newcomers]
    session.add_all(people)
    session.flush()
    ids = (one.id for one in people)
    holders = [(secrets.key, ASKER), *zip(secrets.newcomers, ids, strict=True)]
    session.execute(insert(ApiKey), [_row(at, *holder, now) for at, holder in enumerate(holders)])


def _row(number: int, key: str, person_id: int, now: datetime) -> dict[str, object]:
    return {
        "public_id": f"key_{number}",
        "person_id": person_id,
        "name": "bench",
        "digest": digest(key),
        "limited_to_groups": False,
        "created_at": now,
        "expires_at": now + timedelta(days=1),
        "last_used_at": now,
    }


def _wire(method: str, path: str, key: str | None = None) -> bytes:
    lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: usher.test", "Content-Length: 0"]
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    return "\r\n".join([*lines, "", ""]).encode()

"""What every operation has in common: strictness, limits, outages, the document, the page."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import nullcontext
from io import BytesIO

import pytest

from bot.web.api.document import openapi
from bot.web.api.operations import OPERATIONS
from bot.web.api.rates import Rate, Rates
from bot.web.api.reference import reference_page
from core.database import Database
from tests.bot.web.api.conftest import Programs, Serving
from tests.bot.web.conftest import away, locked
from tests.cast import Cast
from tests.conftest import opened

__all__ = ["away"]

NAMED = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}


async def sent(programs: Programs, body: bytes | BytesIO, kind: str = "application/json") -> int:
    key = await programs.key(programs.cast.alice)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    path = "/api/v1/groups"
    async with programs.client.post(path, data=body, headers=headers) as answer:
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        return answer.status


@pytest.mark.attack(59)
@pytest.mark.attack(47)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"name": 7}',
        b'{"name": null}',
        b'{"name": "a", "parent_id": "1"}',
        b'{"name": "a", "parent_id": 9223372036854775808}',
        b'{"name": "a", "parent_id": 1.5}',
        b'{"name": "a", "parent_id": NaN}',
        b'{"name": "a", "unknown": 1}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff"}',
        b'{"name": "' + b"x" * 1001 + b'"}',
        b'{"name": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    ],
    ids=lambda body: repr(body[:30]),
)
async def test_what_is_not_as_described_is_refused(programs: Programs, body: bytes) -> None:
    assert await sent(programs, body) == 400


@pytest.mark.attack(52)
async def test_a_huge_body_and_another_type_are_refused(programs: Programs) -> None:
    assert await sent(programs, BytesIO(b" " * (1024 * 1024 + 1))) == 413
    assert await sent(programs, b"name=a", "application/x-www-form-urlencoded") == 415


async def test_a_problem_says_where_it_is_and_repeats_nothing(programs: Programs) -> None:
    heard = await programs.post(programs.cast.alice, "/groups", {"name": "x", "kind": "s3cret"})
    assert heard.body["errors"][0]["where"] == "body.kind"
    assert "s3cret" not in json.dumps(heard.body)
    assert heard.body["request_id"] == heard.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=201", "?limit=x", "?cursor=-1", "?other=1", "?limit=1&limit=2"]
)
async def test_a_query_that_is_not_described_is_refused(programs: Programs, query: str) -> None:
    assert (await programs.get(programs.cast.alice, f"/groups{query}")).status == 400


@pytest.mark.attack(58)
@pytest.mark.parametrize("id_", ["0", "-1", "x", "1%27--", "9223372036854775808", "%00", "..%2f"])
async def test_an_address_that_is_none_is_nothing(programs: Programs, id_: str) -> None:
    heard = await programs.get(programs.cast.alice, f"/groups/{id_}")
    assert (heard.status, heard.code) == (404, "not_found")


@pytest.mark.attack(58)
async def test_wildcards_are_letters(programs: Programs) -> None:
    path = f"/groups/{programs.cast.tigers.id}/members"
    for q in ("%25", "_", "%27%20OR%201=1"):
        assert (await programs.get(programs.cast.alice, f"{path}?q={q}")).items == []


async def test_words_are_in_the_language_that_is_asked_for(programs: Programs) -> None:
    for language in ("en", "xx-YY;q=0.1, en", "*", ";;;,,,", "en-GB"):
        heard = await programs.get(None, "/groups", Accept_Language=language)
        assert heard.status == 401
        assert heard.body["detail"].startswith("No key of yours")


async def test_who_asks_too_much_waits(serving: Serving, sqlite_cast: Cast) -> None:
    programs = await serving(sqlite_cast, rate=Rate(burst=2, per_s=0.5))
    alice, bob = sqlite_cast.alice, sqlite_cast.bob
    left = [(await programs.get(alice, "/groups")).headers["RateLimit-Remaining"] for _ in "12"]
    assert left == ["1", "0"]
    over = await programs.get(alice, "/groups")
    assert (over.status, over.code, over.headers["Retry-After"]) == (429, "too_many_requests", "2")
    assert (await programs.get(bob, "/groups")).status == 200
    sqlite_cast.clock.advance(seconds=2)
    assert (await programs.get(alice, "/groups")).status == 200


async def test_every_answer_says_how_many_requests_may_follow(
    serving: Serving, sqlite_cast: Cast
) -> None:
    programs = await serving(sqlite_cast, rate=Rate(burst=9, per_s=0.001))
    alice, tigers = sqlite_cast.alice, sqlite_cast.tigers.id
    key = await programs.key(alice)
    heard = [
        await programs.get(key, "/groups"),
        await programs.get(key, "/groups?limit=0"),
        await programs.get(None, "/groups"),
        await programs.get(key, "/groups/999999"),
        await programs.post(key, "/groups", {"name": "Owls"}),
        await programs.ask(key, "PATCH", f"/groups/{tigers}", {"name": "x"}, If_Match='"old"'),
        await programs.ask(key, "DELETE", "/invites/inv_nothing"),
        await programs.post(key, "/groups", {"name": "Owls", "kind": 1}),
        await programs.get(key, "/no/such/thing"),
        await programs.ask(key, "PUT", "/groups"),
        await programs.get(key, "/groups"),
        await programs.get(key, "/no/such/thing"),
    ]
    answered = [200, 400, 401, 404, 201, 412, 404, 400, 404, 405, 429, 429]
    assert [one.status for one in heard] == answered
    assert all(one.headers.keys() >= NAMED for one in heard)


async def test_a_bug_is_counted_too(serving: Serving, sqlite_cast: Cast) -> None:
    programs = await serving(sqlite_cast, database=object())
    heard = await programs.get(sqlite_cast.alice, "/groups")
    assert (heard.status, heard.code) == (500, "internal_server_error")
    assert heard.headers.keys() >= NAMED


async def test_what_is_no_page_of_rest_is_not_counted(programs: Programs) -> None:
    async with programs.client.get("/no/such/page") as answer:
        assert answer.status == 404
        assert not NAMED & answer.headers.keys()


@pytest.mark.attack(23)
async def test_wrong_keys_are_counted_by_the_address_that_they_come_from(
    serving: Serving, sqlite_cast: Cast
) -> None:
    programs = await serving(sqlite_cast, rate=Rate(burst=3, per_s=0.1))
    statuses = [(await programs.get(f"usk_{number}", "/groups")).status for number in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_buckets_are_bounded() -> None:
    rates = Rates(Rate(), lambda: 0.0)
    for number in range(20_000):
        rates.take(str(number))
    assert len(rates._buckets) == 10_000


@pytest.mark.fault(46)
async def test_while_the_database_is_away_programs_are_put_off(
    serving: Serving, sqlite_cast: Cast, away: Database
) -> None:
    programs = await serving(sqlite_cast, database=away)
    for heard in (
        await programs.get(sqlite_cast.alice, "/groups"),
        await programs.post(sqlite_cast.alice, "/groups", {"name": "Owls"}),
    ):
        assert (heard.status, heard.headers["Retry-After"]) == (503, "5")


@pytest.mark.fault(24)
async def test_a_locked_database_is_no_acknowledgement(serving: Serving, sqlite_cast: Cast) -> None:
    url = sqlite_cast.database.engine.url.render_as_string()
    async with opened(url, busy_timeout_s=0.1) as database:
        programs = await serving(sqlite_cast, database=database)
        key = await programs.key(sqlite_cast.alice)
        for lock, status in ((locked(sqlite_cast.database), 503), (nullcontext(), 201)):
            with lock:
                heard = await programs.post(key, "/groups", {"name": "Owls"}, Idempotency_Key="1")
            assert heard.status == status


@pytest.mark.fault(59)
async def test_a_flood_is_put_off_and_nothing_breaks(programs: Programs) -> None:
    key = await programs.key(programs.cast.alice)
    heard = await asyncio.gather(*(programs.get(key, "/groups") for _ in range(700)))
    statuses = {one.status for one in heard}
    assert statuses <= {200, 503}
    assert 200 in statuses
    assert (await programs.get(key, "/groups")).status == 200


async def test_a_process_that_stops_takes_nothing_in(serving: Serving, sqlite_cast: Cast) -> None:
    stopping = asyncio.Event()
    programs = await serving(sqlite_cast, stopping=stopping)
    stopping.set()
    assert (await programs.get(sqlite_cast.alice, "/groups")).status == 503


@pytest.mark.attack(25)
@pytest.mark.attack(26)
async def test_the_page_for_people_takes_nothing_from_elsewhere(programs: Programs) -> None:
    async with programs.client.get("/api") as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert (answer.status, answer.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert policy == "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    assert "<script" not in page
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert all(link.startswith(("#", "/api/")) for link in links)
    for link in {link for link in links if link.startswith("/")}:
        async with programs.client.get(link) as answer:
            assert answer.status == 200
    assert all(f'id="{one.name}"' in page for one in OPERATIONS)


async def test_the_document_is_served(programs: Programs) -> None:
    async with programs.client.get("/api/openapi.json") as answer:
        document = await answer.json()
    assert document == openapi(OPERATIONS, server="https://usher.test")
    named = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    assert sorted(named) == sorted(one.name for one in OPERATIONS)


def test_the_page_escapes_what_it_shows() -> None:
    document = openapi(OPERATIONS[:1], server="x")
    document["info"]["description"] = "<b>`<i>`"
    assert "&lt;b&gt;<code>&lt;i&gt;</code>" in reference_page(document)

"""Spans by OpenTelemetry: a request, an update and a delivery, without anything that is secret."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from bot import otel
from bot.ground import Ground
from bot.intake import Intake
from bot.otel import OpenTelemetry
from bot.telling import Teller
from bot.texts import Reader
from bot.tracing import Kind, Untraced, is_wanted, start_tracing
from core import inbox
from core.deliveries.claims import claim_due
from core.inbox import Arrival, InboxRow
from core.routing import fan_out
from tests.bot.web.conftest import Serve, metrics, progress, serve, stopping
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast
from tests.faults.rig import until

__all__ = ["metrics", "progress", "serve", "stopping"]

ADDRESS = "-100500"
HERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}


class Seen:
    """The spans of a test, as they would leave the process."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = OpenTelemetry(provider)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    @property
    def one(self) -> ReadableSpan:
        [span] = self.spans
        return span

    @property
    def all_words(self) -> str:
        return "".join(span.to_json() for span in self.spans)


@pytest.fixture
def seen() -> Seen:
    return Seen()


class Fails:
    """A platform and a channel with a bug that knows a secret."""

    async def handle(self, row: InboxRow) -> bool:
        raise RuntimeError(f"a bug that knows {row.payload['text']}")

    async def apologise(self, row: InboxRow) -> None:
        pass


class Mute:
    """A channel that takes whatever is said."""

    async def send(self, address: str, notice: object, reader: Reader) -> str | None:
        return "7"


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        (HERE, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({**HERE, "OTEL_TRACES_EXPORTER": "none"}, False),
        ({**HERE, "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_it_is_on_when_the_standard_variables_say_so(
    environ: Mapping[str, str], wanted: bool
) -> None:
    assert is_wanted(environ) == wanted


def test_where_it_is_off_nothing_of_it_is_imported() -> None:
    said = "from bot.app import start_tracing; import sys; start_tracing({})\n"
    said += "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_without_the_extra_it_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.otel", None)
    with structlog.testing.capture_logs() as lines:
        assert isinstance(start_tracing(HERE), Untraced)
    assert [line["event"] for line in lines] == ["OpenTelemetry is set up but not installed"]


@pytest.mark.attack(60)
async def test_a_request_is_told_by_its_route_and_never_by_its_path(
    seen: Seen, serve: Serve, sqlite_cast: Cast
) -> None:
    made = await sqlite_cast.invite()
    front = front_of(sqlite_cast)
    client = await serve(sqlite_cast.database, front=front, tracing=seen.tracing)
    async with client.get(f"/i/{made.token}?q={made.token}") as answer:
        request_id = answer.headers["X-Request-Id"]
    assert (seen.one.name, seen.one.kind) == ("GET /i/{token}", SpanKind.SERVER)
    assert dict(seen.one.attributes or {}) == {
        "http.request.method": "GET",
        "http.route": "/i/{token}",
        "http.response.status_code": 200,
        "usher.request_id": request_id,
    }
    assert made.token not in seen.all_words


async def test_a_request_joins_the_trace_of_who_sends_it(
    seen: Seen, serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(sqlite_cast.database, tracing=seen.tracing)
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    for header in (f"00-{trace}-{parent}-01", "nonsense"):
        async with client.get("/nothing", headers={"traceparent": header}):
            pass
    joined, alone = seen.spans
    assert joined.parent is not None
    assert (f"{joined.parent.trace_id:032x}", f"{joined.parent.span_id:016x}") == (trace, parent)
    assert alone.parent is None


async def test_what_machines_ask_all_the_time_has_no_span(
    seen: Seen, serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(sqlite_cast.database, tracing=seen.tracing)
    async with client.get("/healthz"):
        pass
    assert seen.spans == ()


@pytest.mark.attack(60)
async def test_an_update_is_told_without_who_said_what(seen: Seen, sqlite_cast: Cast) -> None:
    ground = replace(Ground(sqlite_cast.database, sqlite_cast.clock), tracing=seen.tracing)
    arrival = Arrival("telegram", "5", lane="1003", payload={"text": "a-secret-word"})
    await sqlite_cast.write(lambda s: inbox.keep(s, [arrival], now=sqlite_cast.now))
    intake = Intake(ground, {"telegram": Fails()})
    running = asyncio.create_task(intake.run())
    await until(lambda: _soon(bool(seen.spans)))
    await intake.stop()
    await running
    span = seen.spans[0]
    assert (span.name, span.kind, span.status.status_code) == (
        "update telegram",
        SpanKind.CONSUMER,
        StatusCode.ERROR,
    )
    assert (span.attributes or {})["error.type"] == "RuntimeError"
    for secret in ("a-secret-word", "1003"):
        assert secret not in seen.all_words


@pytest.mark.attack(60)
async def test_a_delivery_is_told_without_address_and_words(seen: Seen, sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.bind(ADDRESS)
    await cast.accept(cast.charlie, (await cast.invite()).token)
    ground = replace(Ground(cast.database, cast.clock), tracing=seen.tracing)
    teller = Teller(ground, {"telegram": Mute()}, reader=Reader("en", "UTC"))
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=9))
    for claim in await cast.write(lambda s: claim_due(s, now=cast.now, limit=9)):
        await teller.tell(claim)
    told: list[Any] = [dict(span.attributes or {}) for span in seen.spans]
    welcome = next(one for one in told if one["usher.kind"] == "welcome")
    assert (welcome["usher.channel"], welcome["usher.status"]) == ("telegram", "sent")
    for secret in (ADDRESS, "Charlie", "Tigers"):
        assert secret not in seen.all_words


async def test_spans_reach_a_collector_by_otlp(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.read())
        return web.Response()

    collector = web.Application()
    collector.router.add_post("/v1/traces", take)
    async with TestServer(collector) as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", str(server.make_url("")).rstrip("/"))
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
        tracing = otel.start()
        with tracing.span("delivery telegram", Kind.PRODUCER, {"usher.kind": "welcome"}):
            pass
        await asyncio.to_thread(tracing.close)
    [sent] = got
    assert all(word in sent for word in (b"delivery telegram", b"welcome", b"usher"))


def test_a_collector_that_is_away_holds_the_end_up_for_seconds_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{unused_port()}")
    tracing = otel.start()
    with tracing.span("update telegram", Kind.CONSUMER, {}):
        pass
    begun = time.monotonic()
    tracing.close()
    assert time.monotonic() - begun < otel.CLOSING_PATIENCE_S + 1


async def _soon(is_so: bool) -> bool:
    return is_so

"""Tracing: how long requests, updates and deliveries take, told to OpenTelemetry if it is set up.

It is off, and nothing of OpenTelemetry is even imported, unless its own variables ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from importlib import import_module
from typing import Protocol

import structlog

WANTED_BY = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """Which side of a talk a span is, in OpenTelemetry's words."""

    SERVER = "server"
    CONSUMER = "consumer"
    PRODUCER = "producer"


class Span(Protocol):
    """One piece of work while it lasts."""

    def set_attribute(self, key: str, value: str | int) -> None:
        """Never a secret, an address or anybody's words: it leaves the process."""


class Tracing(Protocol):
    """Where spans go."""

    def span(
        self,
        name: str,
        kind: Kind,
        facts: Mapping[str, str | int],
        headers: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Span]:
        """A span that ends with the block. `headers` may say of which trace it is a part (W3C Trace
        Context). What is raised in it marks it as failed and is told by its type alone.
        """

    def close(self) -> None:
        """Hand over what is left. Takes a few seconds at most."""


class _Blank:
    def set_attribute(self, key: str, value: str | int) -> None:
        pass


class Untraced:
    """Where nobody asked for spans."""

    _nothing: AbstractContextManager[Span] = nullcontext(_Blank())

    def span(
        self,
        name: str,
        kind: Kind,
        facts: Mapping[str, str | int],
        headers: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Span]:
        return self._nothing

    def close(self) -> None:
        pass


def is_wanted(environ: Mapping[str, str]) -> bool:
    """As OpenTelemetry's specification of environment variables says, but that without any nothing
    is sent: its own default, port 4318 of this machine, is seldom there.
    """
    exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none":
        return False
    return exporter == "otlp" or any(environ.get(name, "").strip() for name in WANTED_BY)


def start_tracing(environ: Mapping[str, str]) -> Tracing:
    """By the standard `OTEL_*` variables. Without the extra it says so once, and does nothing."""
    if not is_wanted(environ):
        return Untraced()
    try:
        otel = import_module("bot.otel")
    except ModuleNotFoundError as error:
        log.warning("OpenTelemetry is set up but not installed", missing=error.name)
        return Untraced()
    tracing: Tracing = otel.start()
    return tracing

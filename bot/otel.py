"""Spans of OpenTelemetry; imported only where they are wanted, and in need of the extra `otel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.tracing import Kind, Span, Tracing

CLOSING_PATIENCE_S = 3.0
KINDS = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.PRODUCER: SpanKind.PRODUCER,
}
PARENTS = TraceContextTextMapPropagator()


class OpenTelemetry:
    """Spans by way of a provider of the SDK."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("usher")

    @contextmanager
    def span(
        self,
        name: str,
        kind: Kind,
        facts: Mapping[str, str | int],
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Span]:
        parent = PARENTS.extract(dict(headers)) if headers is not None else None
        # The SDK would write down an exception's words, which may hold a secret.
        with self._tracer.start_as_current_span(
            name,
            parent,
            KINDS[kind],
            attributes=facts,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(StatusCode.ERROR)
                raise

    def close(self) -> None:
        """In a thread that dies with us: a collector that hangs must not hold the process up."""
        last = Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(CLOSING_PATIENCE_S)


def start() -> Tracing:
    """Spans go by OTLP over HTTP to where the environment says; the SDK reads it by itself."""
    named = OTELResourceDetector().detect().attributes.get(SERVICE_NAME, "usher")
    about = Resource.create({SERVICE_NAME: named})
    provider = TracerProvider(resource=about, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetry(provider)

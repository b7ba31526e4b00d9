"""What Usher counts for Prometheus, in a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector


class Metrics:
    """Counters that the loops increment, and gauges that are filled in when they are read."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.updates_kept = Counter(
            "usher_updates_kept", "Updates taken in, repeats apart", ["platform"], registry=registry
        )
        self.updates_handled = Counter(
            "usher_updates_handled", "Updates worked off", ["platform"], registry=registry
        )
        self.updates_failed = Counter(
            "usher_updates_failed",
            "Tries at an update that failed",
            ["platform"],
            registry=registry,
        )
        self.updates_forged = Counter(
            "usher_updates_forged",
            "Updates that their platform did not confirm when it was asked",
            ["platform"],
            registry=registry,
        )
        self.messages_sent = Counter(
            "usher_messages_sent",
            "Messages given to a channel, by what came of it",
            ["channel", "outcome"],
            registry=registry,
        )
        self.answers_repeated = Counter(
            "usher_answers_repeated",
            "Answers that were due when a process died, said afterwards",
            registry=registry,
        )
        self.database_up = Gauge(
            "usher_database_up", "1 when the figures below could be read", registry=registry
        )
        self.rows = Gauge(
            "usher_rows",
            "Rows of a queue that wait or need a look, by status",
            ["queue", "status"],
            registry=registry,
        )
        self.oldest_seconds = Gauge(
            "usher_oldest_seconds",
            "Age of what waits longest in a queue; 0 when nothing waits",
            ["queue"],
            registry=registry,
        )
        self.last_seconds = Gauge(
            "usher_last_seconds",
            "Time since a loop last did its work; absent when it never did",
            ["step"],
            registry=registry,
        )

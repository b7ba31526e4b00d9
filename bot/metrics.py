"""What Usher counts for Prometheus, in a registry of its own."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector


class Metrics:
    """Counters that the loops increment, and gauges that are filled in when they are read."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        self.updates_kept = counter(
            "usher_updates_kept", "Updates taken in, repeats apart", ["platform"]
        )
        self.updates_handled = counter("usher_updates_handled", "Updates worked off", ["platform"])
        self.updates_failed = counter(
            "usher_updates_failed", "Tries at an update that failed", ["platform"]
        )
        self.updates_forged = counter(
            "usher_updates_forged",
            "Updates that their platform did not confirm when it was asked",
            ["platform"],
        )
        self.messages_sent = counter(
            "usher_messages_sent",
            "Messages given to a channel, by what came of it",
            ["channel", "outcome"],
        )
        self.refusals = counter(
            "usher_refusals",
            "Messages that a channel did not take, by what that means",
            ["channel", "why"],
        )
        self.repeats_suspected = counter(
            "usher_repeats_suspected",
            "Messages tried again after their sender vanished: they may have arrived before",
            ["channel"],
        )
        self.answers_repeated = counter(
            "usher_answers_repeated", "Answers that were due when a process died, said afterwards"
        )
        self.database_up = gauge("usher_database_up", "1 when the figures below could be read")
        self.rows = gauge(
            "usher_rows", "Rows of a queue that wait or need a look, by status", ["queue", "status"]
        )
        self.oldest_seconds = gauge(
            "usher_oldest_seconds",
            "Age of what waits longest in a queue; 0 when nothing waits",
            ["queue"],
        )
        self.last_seconds = gauge(
            "usher_last_seconds",
            "Time since a loop last did its work; absent when it never did",
            ["step"],
        )

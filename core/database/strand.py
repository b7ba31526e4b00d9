"""Strand: a thread of its own that does one thing after the other for the loop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

Errand = Callable[[], None]

# A thread gives the interpreter away with each statement, and to have it back from a busy loop
# waits for so long: by Python's own 5 ms, a unit of ten statements took 50 and more.
TURN_S = 0.0005


def take_short_turns() -> None:
    """For a process in which units of work run beside a loop."""
    sys.setswitchinterval(TURN_S)


class Strand:
    """The thread starts with the first errand. It ends with the process if nobody ends it before:
    what it left undone is undone by the database.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._errands: SimpleQueue[tuple[Errand, asyncio.AbstractEventLoop, Errand] | None]
        self._errands = SimpleQueue()
        self._thread: Thread | None = None

    def do(self, errand: Errand, then: Errand) -> None:
        """`errand`, which must not raise, in the thread; `then` in the loop that asks for it.

        Raises RuntimeError when the system starts no more threads.
        """
        if self._thread is None:
            thread = Thread(target=self._work, name=self._name, daemon=True)
            thread.start()
            self._thread = thread
        self._errands.put((errand, asyncio.get_running_loop(), then))

    def end(self) -> None:
        """After all that was asked for. It may be used again, in another thread."""
        if self._thread is not None:
            self._errands.put(None)
            self._errands, self._thread = SimpleQueue(), None

    def _work(self) -> None:
        errands = self._errands
        while (one := errands.get()) is not None:
            errand, loop, then = one
            errand()
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(then)

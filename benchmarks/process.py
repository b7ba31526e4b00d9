"""Running: a program that a benchmark starts, watches and ends by its process id."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from benchmarks.table import ROOT

STOP_PATIENCE_S = 20.0
# Set for the run that called us, wrong for the one that we start.
INHERITED = ("USHER_", "MAKE", "MFLAGS", "VIRTUAL_ENV", "PYTHON", "COVERAGE", "PYTEST")
ANSWER_PATIENCE_S = 5.0
GLANCE_S = 0.005
LOOK_S = 0.02
QUIET_PORTS = range(20_000, 32_000, 2)


@dataclass(frozen=True, slots=True)
class Running:
    """A program of ours. `log` holds what it printed, `started` is in `time.perf_counter()`."""

    process: asyncio.subprocess.Process
    log: Path
    started: float

    @property
    def memory_mb(self) -> float:
        """Resident memory in 10^6 bytes."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    @asynccontextmanager
    async def peak_mb(self) -> AsyncIterator[list[float]]:
        """Its resident memory in 10^6 bytes, looked at again and again."""
        seen = [self.memory_mb]
        watching = asyncio.create_task(self._watch(seen))
        try:
            yield seen
        finally:
            watching.cancel()

    async def _watch(self, seen: list[float]) -> None:
        while True:
            seen.append(self.memory_mb)
            await asyncio.sleep(LOOK_S)

    def text(self) -> str:
        """What it has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def seconds(self) -> float:
        """Since it was started."""
        return time.perf_counter() - self.started


@asynccontextmanager
async def running(
    *command: str | Path, folder: Path, log: str = "log", **settings: str
) -> AsyncIterator[Running]:
    """`command` in `folder`, with only these `USHER_*` settings, ended with its children."""
    path = folder / log
    with path.open("wb") as output:
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment(**settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Running(process, path, started)
    finally:
        await _end(process)


def usher(*arguments: str) -> tuple[str, ...]:
    """The command line of `python -m bot`, for a folder that holds no code."""
    return module("bot", *arguments)


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line of `python -m name`, likewise."""
    starter = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); "
    return (
        sys.executable,
        "-c",
        f"{starter}runpy.run_module({name!r}, run_name='__main__', alter_sys=True)",
        *arguments,
    )


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(INHERITED)}
    return kept | {f"USHER_{name.upper()}": value for name, value in settings.items()}


def free_ports() -> int:
    """A port that is free together with the next one, which the sandbox takes.

    Neither is one that the system hands out by itself: between now and its use a client of
    somebody's might get it (Linux and macOS begin at 32,768 or later).
    """
    while True:
        port = secrets.choice(QUIET_PORTS)
        with suppress(OSError), socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port


async def wait_for(
    condition: Callable[[], Awaitable[bool]], one: Running, *, timeout_s: float
) -> None:
    """Asks again until it holds. Raises RuntimeError with the log when the time is up."""
    deadline = time.perf_counter() + timeout_s
    while not await condition():
        if one.process.returncode is not None or time.perf_counter() > deadline:
            raise RuntimeError(f"{one.log.name} got no further:\n{one.text()}")
        await asyncio.sleep(GLANCE_S)


async def wait_for_200(url: str, one: Running, *, timeout_s: float) -> None:
    """Asks the page again until it answers 200. Raises RuntimeError as `wait_for` does."""
    patience = aiohttp.ClientTimeout(total=ANSWER_PATIENCE_S)
    async with aiohttp.ClientSession(timeout=patience) as session:
        await wait_for(lambda: _is_200(session, url), one, timeout_s=timeout_s)


async def _is_200(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """The program and what it has started: they share a session of their own."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_PATIENCE_S)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

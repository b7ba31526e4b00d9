"""From a fresh clone to the sandbox's URL, from a start to /readyz, and the memory at rest."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks import household
from benchmarks.process import Running, free_ports, running, wait_for
from benchmarks.spread import Spread
from benchmarks.table import ROOT, Row, limited

CLONE_LIMIT_S, START_LIMIT_S, MEMORY_LIMIT_MB = 20.0, 2.0, 120.0
INSTALL_PATIENCE_S = 300.0
# After /readyz the menus are set and the first long poll begins: then nothing more happens.
REST_S = 2.0


async def fresh_clone(*, rounds: int) -> list[Row]:
    """The first round fills the package cache and is not counted."""
    seconds = [await _install() for _ in range(rounds + 1)][1:]
    spread = Spread(seconds)
    return [
        limited(
            "fresh clone to the sandbox's URL, warm package cache",
            max(seconds),
            spread.told(".1f", "s"),
            at_most=CLONE_LIMIT_S,
            unit="s",
        )
    ]


async def start(*, rounds: int, rest_s: float = REST_S) -> list[Row]:
    """The first start also makes the database; the others find it."""
    with scratch() as folder:
        async with household.sandbox(folder) as url:
            first, _ = await _start(folder, url, 0)
            later = [await _start(folder, url, rest_s) for _ in range(rounds)]
    seconds = Spread([seconds for seconds, _ in later])
    memory = Spread([memory for _, memory in later])
    return [
        limited(
            "start of an installed bot to /readyz",
            seconds.median,
            f"{seconds.told('.2f', 's')}; {first:.2f} s with a new database",
            at_most=START_LIMIT_S,
            unit="s",
        ),
        limited(
            "memory of the bot at rest",
            max(memory.samples),
            memory.told(".0f", "MB"),
            at_most=MEMORY_LIMIT_MB,
            unit="MB",
        ),
    ]


def copy_tracked(folder: Path) -> None:
    """What a clone would hold: all that git tracks or would track, as it is now."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, timeout=60)
    for name in filter(None, done.stdout.decode().split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        yield Path(folder)


async def _install() -> float:
    port = free_ports()
    words = f"Open    http://127.0.0.1:{port + 1}"
    with scratch() as folder:
        copy_tracked(folder)
        async with running("make", "run", folder=folder, http_port=str(port)) as one:
            await wait_for(partial(_says, one, words), one, timeout_s=INSTALL_PATIENCE_S)
            return one.seconds()


async def _says(one: Running, words: str) -> bool:
    return words in one.text()


async def _start(folder: Path, url: str, rest_s: float) -> tuple[float, float]:
    async with household.bot(folder, url) as one:
        seconds = one.seconds()
        await asyncio.sleep(rest_s)
        return seconds, one.memory_mb

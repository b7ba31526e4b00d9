"""A test run spends its time on tests: not on disks, on garbage, or on compiling twice."""

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.loading import YOUNG

RAM = Path("/dev/shm")
ENOUGH = 4 * 2**30  # bytes; a container's usual 64 MiB are not


def has_room() -> bool:
    """Whether there is a disk in memory that holds what a whole run writes."""
    return RAM.is_dir() and os.access(RAM, os.W_OK) and shutil.disk_usage(RAM).free > ENOUGH


def pytest_configure(config: pytest.Config) -> None:
    """Put what tests write into memory, where there is room: SQLite waits for its disk a lot."""
    if hasattr(config, "workerinput"):
        return
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and has_room():
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(RAM)
    if sys.dont_write_bytecode:
        _compile_once(config.rootpath / ".pytest_cache" / "bytecode")


def _compile_once(folder: Path) -> None:
    """The processes that tests start would each compile all that they load. None would keep it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(folder))
    sys.dont_write_bytecode = False


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded and collected stays to the end: no collector need look through it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*YOUNG)
        gc.enable()

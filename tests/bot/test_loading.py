"""What few people need is loaded when they need it, once, and whole for whoever looks."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from threading import Barrier

import pytest

from bot.loading import LATER, UNUSED, load_later
from tests.house import ROOT

# It takes its time, so that a second thread looks while it is half loaded.
WAITS = """
import os, pathlib, time

seen = pathlib.Path(os.environ["SEEN"])
seen.write_text(seen.read_text() + "loaded\\n")
time.sleep(0.1)
from json import loads as read
"""
# Looked at before there is anybody to hold up, or by a command that ends by itself.
AT_START = ("bot.app", "bot.bouncing", "bot.check", "bot.errands", "bot.mail.plug",
            "bot.permissions", "bot.platforms.groupme.plug", "bot.platforms.whatsapp.plug",
            "bot.playing", "bot.plug", "core.revising")  # fmt: skip
LONGEST_S = 0.1  # of processor time, on a machine that is busy
BEGUN = """
from bot import loading
loading.begin_loading()
import bot.__main__
loading.end_loading("bot.app")
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that writes down each time it is loaded."""
    name = f"later_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(WAITS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    (tmp_path / "seen").touch()
    yield name
    sys.modules.pop(name, None)


def times(tmp_path: Path) -> int:
    return len((tmp_path / "seen").read_text().splitlines())


def test_a_module_is_loaded_by_the_first_look_at_what_it_holds(module: str, tmp_path: Path) -> None:
    load_later(module)
    imported = __import__(module)
    assert times(tmp_path) == 0
    assert imported.read("1") == imported.read("1") == 1
    assert times(tmp_path) == 1


def test_two_threads_that_look_at_once_both_see_all_of_it(module: str, tmp_path: Path) -> None:
    load_later(module)
    both = Barrier(2)

    def look(number: int) -> object:
        both.wait()
        return sys.modules[module].read(str(number))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(look, [1, 2])) == [1, 2]
    assert times(tmp_path) == 1


def test_what_a_module_lacks_is_missed_as_ever(module: str) -> None:
    load_later(module)
    with pytest.raises(AttributeError, match="has no attribute 'write'"):
        sys.modules[module].write  # noqa: B018 - looked up on purpose


def test_what_could_not_be_loaded_is_tried_again(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_later(module)
    monkeypatch.delenv("SEEN")
    with pytest.raises(KeyError):
        sys.modules[module].read("1")
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    assert sys.modules[module].read("1") == 1


def test_what_is_loaded_already_stays_as_it_is() -> None:
    load_later("gc")
    assert sys.modules["gc"] is gc


@pytest.fixture(scope="module")
def started() -> Callable[[str], str]:
    """What a program says that has loaded all that a bot stands on."""

    def say(code: str) -> str:
        program = f"{BEGUN}\n{code}"
        command = [sys.executable, "-c", program]
        return subprocess.check_output(command, cwd=ROOT, text=True, timeout=60).strip()

    return say


def test_a_bot_starts_without_what_it_does_not_need_yet(started: Callable[[str], str]) -> None:
    said = started(
        dedent("""
        import sys
        heavy = {"alembic", "click", "confusable_homoglyphs", "cryptography", "icalendar.cal",
                 "jinja2", "mako", "phonenumbers.phonenumberutil", "pygments", "rapidfuzz.fuzz",
                 "rich", "bot.channels.email", "bot.channels.groupme", "bot.sandbox.server"}
        print(sorted(heavy & set(sys.modules)))
        """)
    )
    assert said == "[]"


def test_what_was_left_out_is_there_for_whoever_needs_it_later(
    started: Callable[[str], str],
) -> None:
    said = started(
        dedent(f"""
        import importlib, sys
        for name in {LATER!r}:
            getattr(sys.modules[name], "__nothing__", None)
            assert type(sys.modules[name]) is type(sys), name
        import cryptography.hazmat.primitives.ciphers.aead
        print([name for name in {UNUSED!r} if sys.modules.get(name, sys) is None])
        """)
    )
    assert said == "[]"


def test_nothing_that_a_running_bot_looks_at_later_takes_long(
    started: Callable[[str], str],
) -> None:
    said = started(
        dedent(f"""
        import sys, time
        for name in set({LATER!r}) - set({AT_START!r}):
            begun = time.process_time()
            getattr(sys.modules[name], "__nothing__", None)
            if (took := time.process_time() - begun) > {LONGEST_S}:
                print(name, took)
        """)
    )
    assert said == ""


def test_the_collector_works_again_after_the_start(started: Callable[[str], str]) -> None:
    assert (
        started("import gc; print(gc.isenabled(), gc.get_freeze_count() > 10_000)") == "True True"
    )
    assert gc.isenabled()

"""Ends a test run with one line that says which tests were left out, and why."""

from collections import Counter
from collections.abc import Iterable

import pytest

COMPLETE = pytest.StashKey[bool]()
Report = pytest.TestReport | pytest.CollectReport


def reason(report: Report) -> str:
    """Why a test was skipped, without pytest's prefix."""
    told = report.longrepr
    text = told[2] if isinstance(told, tuple) else str(told)
    return text.removeprefix("Skipped: ")


def line(skipped: Iterable[Report]) -> str:
    reasons = Counter({report.nodeid: reason(report) for report in skipped}.values())
    said = [f"{n} {'test' if n == 1 else 'tests'} ({why})" for why, n in reasons.most_common()]
    return "left out: " + ("; ".join(said) or "nothing")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run that was broken off has left out more than it knows."""
    session.config.stash[COMPLETE] = exitstatus in {
        pytest.ExitCode.OK,
        pytest.ExitCode.TESTS_FAILED,
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    """Comes after pytest's own last line. An xdist worker has no terminal to say it on."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal and config.stash.get(COMPLETE, False) and not config.option.collectonly:
        terminal.write_line(line(terminal.stats.get("skipped", [])))

"""docs/reliability.md claims nothing that no test proves."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.house import ROOT
from tests.reliability import ATTACKS, OPEN, attacks, covered, faults, marked

LINE = re.compile(r"\| (\d+) \| (.*) \| (.*) \|")
BOTH = pytest.mark.parametrize(("mark", "rows"), [("fault", faults), ("attack", attacks)])
Rows = Callable[[], dict[int, str]]


def claimed(mark: str) -> dict[int, tuple[str, str]]:
    page = (ROOT / "docs" / "reliability.md").read_text()
    parts = page.partition(ATTACKS)
    lines = parts[0 if mark == "fault" else 2].splitlines()
    found = (LINE.fullmatch(line) for line in lines)
    return {int(one[1]): (one[2], one[3]) for one in found if one}


@BOTH
def test_it_holds_every_row(mark: str, rows: Rows) -> None:
    assert {number: text for number, (text, _) in claimed(mark).items()} == rows()
    assert list(rows()) == list(range(1, 61))


@BOTH
def test_every_test_that_it_names_exists_and_names_the_row(mark: str, rows: Rows) -> None:
    tests = covered(mark)
    wrong = [
        (number, name)
        for number, (_, named) in claimed(mark).items()
        for name in re.findall(r"`([\w/.]+::\w+)`", named)
        if name not in tests.get(number, [])
    ]
    assert wrong == []


@BOTH
def test_a_row_without_a_test_is_said_to_be_open(mark: str, rows: Rows) -> None:
    said = {number for number, (_, named) in claimed(mark).items() if named == OPEN}
    assert set(rows()) - set(covered(mark)) <= said


def test_a_test_may_name_several_rows() -> None:
    source = """
import pytest

pytestmark = [pytest.mark.fault(3), pytest.mark.attack(4, 5)]


@pytest.mark.timeout(60)
@pytest.mark.fault(20, 21)
async def test_two() -> None: ...


def test_none_of_its_own() -> None: ...
"""
    assert marked(source, "fault") == {"test_two": {3, 20, 21}, "test_none_of_its_own": {3}}
    assert marked(source, "attack") == {"test_two": {4, 5}, "test_none_of_its_own": {4, 5}}

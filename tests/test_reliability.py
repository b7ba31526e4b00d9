"""docs/reliability.md claims nothing that no test proves."""

from __future__ import annotations

import re

from tests.house import ROOT
from tests.reliability import OPEN, covered, faults

LINE = re.compile(r"\| (\d+) \| (.*) \| (.*) \|")


def claimed() -> dict[int, tuple[str, str]]:
    lines = (ROOT / "docs" / "reliability.md").read_text().splitlines()
    found = (LINE.fullmatch(line) for line in lines)
    return {int(one[1]): (one[2], one[3]) for one in found if one}


def test_it_holds_every_row() -> None:
    assert {number: text for number, (text, _) in claimed().items()} == faults()


def test_every_test_that_it_names_exists_and_names_the_row() -> None:
    tests = covered()
    wrong = [
        (number, name)
        for number, (_, named) in claimed().items()
        for name in re.findall(r"`([\w/.]+::\w+)`", named)
        if name not in tests.get(number, [])
    ]
    assert wrong == []


def test_a_row_without_a_test_is_said_to_be_open() -> None:
    said = {number for number, (_, named) in claimed().items() if named == OPEN}
    assert set(faults()) - set(covered()) <= said

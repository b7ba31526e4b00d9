"""`python -m tests.reliability > docs/reliability.md`: which test proves which row."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.house import ROOT

LISTS = Path(__file__).parent / "faults"
OPEN = "*not proven yet*"
HEAD = """# What can break, and the test that proves what happens then

Printed by `python -m tests.reliability` from the tests' own marks. Each test runs with `make test`,
on SQLite and PostgreSQL where a database decides; a release passes all of them. `NIGHTLY=1 make
test` kills 1,000 bots instead of 60 and lets 50,000 people live through the simulated day.

| # | fault → what must happen | tests |
|---|---|---|"""
ATTACKS = """
## What people and programs may send

The same for attacks and bad input.

| # | attack → what must happen | tests |
|---|---|---|"""


def faults() -> dict[int, str]:
    """The rows of what can break, by their number."""
    return _rows("rows.txt")


def attacks() -> dict[int, str]:
    """The rows of what may be sent, by their number."""
    return _rows("attacks.txt")


def covered(mark: str = "fault") -> dict[int, list[str]]:
    """The tests that name each row by `mark`, as `file::test`."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, numbers in marked(path.read_text(), mark).items():
            for number in sorted(numbers):
                found[number].append(f"{path.relative_to(ROOT)}::{name}")
    return found


def marked(source: str, mark: str) -> dict[str, set[int]]:
    """The numbers by which each test of a module names its rows."""
    module = ast.parse(source)
    shared = _marks(module.body, mark)
    return {
        node.name: shared | _marks(node.decorator_list, mark)
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def page() -> Iterator[str]:
    """docs/reliability.md, line by line."""
    yield HEAD
    yield from _table(faults(), covered("fault"))
    yield ATTACKS
    yield from _table(attacks(), covered("attack"))


def _table(rows: dict[int, str], tests: dict[int, list[str]]) -> Iterator[str]:
    for number, text in rows.items():
        named = "<br>".join(f"`{name}`" for name in tests.get(number, []))
        yield f"| {number} | {text} | {named or OPEN} |"


def _rows(name: str) -> dict[int, str]:
    lines = (LISTS / name).read_text().splitlines()
    return {int(number): text for number, _, text in (one.partition(" | ") for one in lines)}


def _marks(nodes: list[ast.stmt] | list[ast.expr], mark: str) -> set[int]:
    """The numbers of that mark among decorators, or in a module's `pytestmark`."""
    found: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.stmt) and not _is_pytestmark(node):
            continue
        for call in ast.walk(node):
            match call:
                case ast.Call(ast.Attribute(_, name), numbers) if name == mark:
                    found |= {number for number in map(_number, numbers) if number is not None}
    return found


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(int(number)):
            return number
        case _:
            return None


def _is_pytestmark(node: ast.stmt) -> bool:
    match node:
        case ast.Assign([ast.Name("pytestmark")]):
            return True
        case _:
            return False


if __name__ == "__main__":
    for line in page():
        print(line)  # noqa: T201 - this is what it is for

"""`python -m tests.reliability > docs/reliability.md`: which test proves which fault's row."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.house import ROOT

ROWS = Path(__file__).parent / "faults" / "rows.txt"
OPEN = "*not proven yet*"
HEAD = """# What can break, and the test that proves what happens then

Printed by `python -m tests.reliability` from the tests' own marks. Each test runs with `make test`,
on SQLite and PostgreSQL where a database decides; a release passes all of them. `NIGHTLY=1 make
test` kills 1,000 bots instead of 60 and lets 50,000 people live through the simulated day.

| # | fault → what must happen | tests |
|---|---|---|"""


def faults() -> dict[int, str]:
    """The rows by their number."""
    rows = (line.partition(" | ") for line in ROWS.read_text().splitlines())
    return {int(number): text for number, _, text in rows}


def covered() -> dict[int, list[str]]:
    """The tests that name each row, as `file::test`."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        module = ast.parse(path.read_text())
        shared = _marks(module.body)
        for node in module.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            name = f"{path.relative_to(ROOT)}::{node.name}"
            for number in sorted(shared | _marks(node.decorator_list)):
                if node.name.startswith("test_"):
                    found[number].append(name)
    return found


def page() -> Iterator[str]:
    """docs/reliability.md, line by line."""
    yield HEAD
    tests = covered()
    for number, text in faults().items():
        named = "<br>".join(f"`{name}`" for name in tests.get(number, []))
        yield f"| {number} | {text} | {named or OPEN} |"


def _marks(nodes: list[ast.stmt] | list[ast.expr]) -> set[int]:
    """The numbers of `pytest.mark.fault(…)` among decorators, or in a module's `pytestmark`."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.stmt) and not _is_pytestmark(node):
            continue
        for call in ast.walk(node):
            match call:
                case ast.Call(ast.Attribute(_, "fault"), [ast.Constant(int(number))]):
                    found.add(number)
    return found


def _is_pytestmark(node: ast.stmt) -> bool:
    match node:
        case ast.Assign([ast.Name("pytestmark")]):
            return True
        case _:
            return False


if __name__ == "__main__":
    for line in page():
        print(line)  # noqa: T201 - this is what it is for

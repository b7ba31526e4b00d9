"""Measures the house: how long its functions and files are, and which room imports which.

The figures stand at the end of a test run that includes `test_house.py`.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "core")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Length(NamedTuple):
    lines: int
    name: str


def sources() -> list[Path]:
    """The modules of the house; a package's empty `__init__.py` would only flatter the figures."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in files if path.stat().st_size)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def file_lengths() -> list[Length]:
    return [Length(len(path.read_text().splitlines()), name(path)) for path in sources()]


def function_lengths() -> list[Length]:
    """From `def` to the last line, less the docstring: explaining costs nothing."""
    return [
        Length(length_of(node), f"{name(path)}:{node.lineno} {node.name}")
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, Function)
    ]


def length_of(node: Function) -> int:
    return last_line(node) - node.lineno + 1 - docstring_lines(node)


def docstring_lines(node: Function) -> int:
    first = node.body[0]
    if len(node.body) == 1 or ast.get_docstring(node) is None:
        return 0
    return last_line(first) - first.lineno + 1


def last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def room(module: str) -> str:
    """`bot.web.pages` lies in the room `bot.web`; the core is one room."""
    package, *inside = module.split(".")
    return f"bot.{inside[0]}" if package == "bot" and inside else package


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in PACKAGES:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def imports() -> Counter[tuple[str, str]]:
    """How many import statements lead from one room into another."""
    return Counter(
        (here, room(module))
        for path in sources()
        for here in [room(name(path).removesuffix(".py").replace("/", "."))]
        for module in imported(ast.parse(path.read_text()))
        if module.split(".")[0] in PACKAGES and room(module) != here
    )


def percentile(lengths: list[Length], share: float) -> int:
    """The nearest-rank percentile; `share` is between 0 and 1. Of nothing it is 0."""
    ordered = sorted(length.lines for length in lengths)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0


def figures() -> list[str]:
    lines: list[str] = []
    for what, lengths in (("functions", function_lengths()), ("files", file_lengths())):
        middle, high = percentile(lengths, 0.5), percentile(lengths, 0.9)
        lines.append(f"{len(lengths)} {what}: median {middle} lines, p90 {high}; the longest:")
        lines += [f"  {longest.lines:4} {longest.name}" for longest in sorted(lengths)[:-6:-1]]
    return [*lines, "imports between rooms:", *import_lines()]


def import_lines() -> list[str]:
    counts = imports()
    rooms = sorted({here for here, _ in counts})
    return [
        f"  {here} -> "
        + ", ".join(f"{there} {n}" for (start, there), n in sorted(counts.items()) if start == here)
        for here in rooms
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures if their test was part of the run."""
    reports = (
        report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)
    )
    if any("test_house.py" in report.nodeid for report in reports):
        terminalreporter.section("the house")
        for text in figures():
            terminalreporter.write_line(text)

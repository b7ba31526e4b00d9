"""The house keeps its shape: short functions, short files, rooms that import downhill only."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import house

BANNED = {"utils", "util", "manager", "managers", "helper", "helpers", "service", "services"}
# Split, so that this file does not contain what it looks for.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "np" + "mjs.com")
MACHINE_PATH = re.compile(r"(?<![\w.$}>)/-])/(?:ro" + r"ot|wo" + r"rk|ho" + r"me/\w+|Us" + r"ers)/")


def tracked() -> Iterator[tuple[str, str]]:
    """Names and texts of the files that are in the repository, or are about to be."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, check=False, cwd=house.ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("git cannot list the files here")
    for name in done.stdout.splitlines():
        if (path := house.ROOT / name).is_file():
            yield name, path.read_text(errors="ignore")


def test_functions_are_short() -> None:
    lengths = house.function_lengths()
    assert house.percentile(lengths, 0.5) <= 8
    assert house.percentile(lengths, 0.9) <= 25
    assert [length for length in lengths if length.lines > 60] == []


def test_files_are_short() -> None:
    lengths = house.file_lengths()
    assert house.percentile(lengths, 0.5) <= 80
    assert house.percentile(lengths, 0.9) <= 200
    assert [length for length in lengths if length.lines > 320] == []


def test_a_function_is_measured_without_its_docstring() -> None:
    source = 'def f():\n    """Says\n\n    much."""\n    x = 1\n    return x\n'
    [node] = ast.parse(source).body
    assert isinstance(node, house.Function)
    assert house.length_of(node) == 3


def test_every_room_imports_downhill_only() -> None:
    program = Path(sys.prefix, "bin", "lint-imports")
    command = [sys.executable, str(program), "--no-cache"]
    done = subprocess.run(command, check=False, cwd=house.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_is_named_for_lack_of_a_better_word() -> None:
    names = [house.name(path) for path in house.sources()]
    parts = [(name, BANNED & set(name.removesuffix(".py").split("/"))) for name in names]
    assert [name for name, banned in parts if banned] == []


def test_no_file_names_a_package_registry() -> None:
    assert [name for name, text in tracked() if any(host in text for host in REGISTRIES)] == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert [name for name, text in tracked() if MACHINE_PATH.search(text)] == []


@pytest.mark.parametrize("suffix", ["", "-dev", "-otel", "-uv"])
def test_every_requirement_is_pinned_by_hash_and_no_index_is_named(suffix: str) -> None:
    text = (house.ROOT / f"requirements{suffix}.txt").read_text().replace("\\\n", " ")
    pinned = re.compile(
        r"[\w.-]+(\[[\w,-]+\])?==\S+( ; [^#]*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*"
    )
    assert [line for line in text.splitlines() if not pinned.fullmatch(line)] == []

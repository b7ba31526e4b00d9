"""The first run: what a newcomer's machine may lack, and what is said about it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.house import ROOT
from tests.postgres import LocalCluster, PostgresCluster, wait_until
from tests.postgres_keeper import is_alive
from tests.test_house import REGISTRIES

MAKE = shutil.which("make")
PARTS = ["Makefile", "scripts", "requirements.txt", "requirements-uv.txt"]
TOO_OLD = "sys.version_info = (3, 9, 18)"
NO_ENSUREPIP = "sys.modules['ensurepip'] = None"
STAMP = ".venv/.requirements.txt"
HEARTBEAT = "import sys; sys.stdin.read()"

pytestmark = pytest.mark.skipif(MAKE is None, reason="no make: apt install make")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up needs, without an environment, and with an empty folder to take as PATH."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    (tmp_path / "path").mkdir()
    return tmp_path


def install(clone: Path, program: str, *lines: str) -> None:
    path = clone / "path" / program
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def install_python(clone: Path, flaw: str, name: str = "python3") -> None:
    """A real Python that believes in its flaw."""
    code = f"import sys; {flaw}; exec(sys.argv[-1])"
    install(clone, name, f'exec "{sys.executable}" -c "{code}" "$2"')


def make(clone: Path, *words: str, **settings: str) -> tuple[int, list[str]]:
    """Runs make in the clone; the answer is its status and what set-up itself said."""
    environment = {"PATH": str(clone / "path"), "HOME": str(clone), **settings}
    done = subprocess.run(
        [str(MAKE), *(words or [STAMP])],
        check=False,
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
    )
    lines = (done.stdout + done.stderr).splitlines()
    return done.returncode, [line for line in lines if not line.startswith("make")]


def test_a_machine_without_python_is_told_to_install_it(clone: Path) -> None:
    status, [line] = make(clone)
    assert status == 2
    assert line.startswith("usher: no Python was found: install Python 3.11 or newer")


def test_an_old_python_is_named_with_the_way_to_point_at_another(clone: Path) -> None:
    install_python(clone, TOO_OLD)
    status, [line] = make(clone)
    assert status == 2
    assert line.startswith("usher: Python 3.9 is too old: install Python 3.11 or newer")
    assert "PYTHON=" in line


def test_a_python_that_was_named_and_is_not_there_is_named_back(clone: Path) -> None:
    install_python(clone, "pass")
    status, [line] = make(clone, PYTHON="/nowhere/python3")
    assert status == 2
    assert "no Python was found at /nowhere/python3" in line


def test_a_python_without_venv_is_told_which_package_brings_it(clone: Path) -> None:
    install_python(clone, NO_ENSUREPIP)
    status, [line] = make(clone)
    assert status == 2
    assert "has no venv module: apt install python3-venv" in line


def find_python(clone: Path) -> str:
    command = ["/bin/sh", "scripts/find-python"]
    path = {"PATH": str(clone / "path")}
    return subprocess.check_output(command, cwd=clone, env=path, text=True).strip()


def test_a_shim_that_fails_is_passed_over_and_the_real_path_is_taken(clone: Path) -> None:
    install(clone, "python3.13", "echo 'pyenv: command not found' >&2", "exit 127")
    install_python(clone, TOO_OLD, "python3.12")
    install_python(clone, "sys.executable = '/real/place of/python'")
    assert find_python(clone) == "/real/place of/python"


def test_uv_makes_up_for_a_missing_ensurepip(clone: Path) -> None:
    install_python(clone, NO_ENSUREPIP)
    install(clone, "uv", "exit 1")
    assert find_python(clone) == sys.executable


def say_installed(clone: Path, status: int) -> None:
    """A uv that notes that it was called, and ends as told."""
    install(clone, "uv", "echo called >> uv-calls", f"exit {status}")
    install_python(clone, "pass")


def calls(clone: Path) -> int:
    return len((clone / "uv-calls").read_text().splitlines())


def test_a_second_run_sets_nothing_up_again(clone: Path) -> None:
    say_installed(clone, 0)
    assert make(clone)[0] == 0
    assert make(clone, STAMP)[0] == 0
    assert calls(clone) == 1


def test_a_lost_interpreter_is_noticed(clone: Path) -> None:
    say_installed(clone, 0)
    make(clone)
    (clone / ".venv/bin/python").unlink()
    assert make(clone)[0] == 0
    assert (clone / ".venv/bin/python").exists()


def test_an_environment_that_was_cut_off_is_made_anew(clone: Path) -> None:
    say_installed(clone, 0)
    make(clone)
    torn = clone / ".venv" / "torn"
    for path in (torn, clone / ".venv" / ".unfinished"):
        path.touch()
    (clone / STAMP).unlink()
    assert make(clone)[0] == 0
    assert not torn.exists()


def test_two_targets_at_once_do_not_meet(clone: Path) -> None:
    shutil.copy(ROOT / "requirements-dev.txt", clone)
    say_installed(clone, 0)
    assert make(clone, "-j2", STAMP, ".venv/.requirements-dev.txt")[0] == 0
    assert calls(clone) == 2


def test_without_a_network_one_line_says_what_to_do(clone: Path) -> None:
    say_installed(clone, 1)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(clone), "PIP_CONFIG_FILE": os.devnull}
    status, [_, line] = make(clone, **offline)
    assert status == 2
    assert "requirements.txt could not be installed: check the network" in line
    assert not (clone / STAMP).exists()


@pytest.mark.parametrize("part", ["Makefile", "pyproject.toml", "scripts/setup.py", ".ci/run"])
def test_no_package_index_is_named(part: str) -> None:
    text = (ROOT / part).read_text()
    assert re.findall(r"index-url[ =]+\S*//|find-links|UV_INDEX|PIP_INDEX", text) == []
    assert [host for host in REGISTRIES if host in text] == []


@pytest.fixture
def database(postgres_cluster: PostgresCluster) -> Iterator[str]:
    name = f"setup_{os.getpid()}"
    postgres_cluster.create_database(name)
    yield name
    postgres_cluster.drop_database(name)


def connect(cluster: PostgresCluster, name: str) -> psycopg.Connection:
    return psycopg.connect(cluster.url(name).replace("+psycopg", ""), autocommit=True)


def test_a_copied_database_has_what_its_template_has(
    postgres_cluster: PostgresCluster, database: str
) -> None:
    with connect(postgres_cluster, database) as connection:
        connection.execute("CREATE TABLE seats AS SELECT 7 AS number")
    copy = f"{database}_copy"
    postgres_cluster.create_database(copy, template=database)
    with connect(postgres_cluster, copy) as connection:
        assert connection.execute("SELECT number FROM seats").fetchall() == [(7,)]
    postgres_cluster.drop_database(copy)


def test_a_template_is_built_once(postgres_cluster: PostgresCluster) -> None:
    name, built = f"once_{os.getpid()}", list[str]()
    for _ in range(2):
        postgres_cluster.ensure_database(name, built.append)
    assert built == [postgres_cluster.url(name)]
    postgres_cluster.drop_database(name)


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(
    postgres_cluster: PostgresCluster,
) -> None:
    name = f"dropped_{os.getpid()}"
    postgres_cluster.create_database(name)
    with connect(postgres_cluster, name):
        postgres_cluster.drop_database(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(postgres_cluster, name)


def test_the_server_ends_with_the_run_that_was_killed(postgres_cluster: PostgresCluster) -> None:
    owner = subprocess.Popen([sys.executable, "-c", HEARTBEAT], stdin=subprocess.PIPE)
    cluster = LocalCluster(owner.pid)
    cluster.start()
    server = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    owner.kill()
    owner.communicate()
    wait_until(lambda: not cluster.folder.exists())
    assert not is_alive(server)

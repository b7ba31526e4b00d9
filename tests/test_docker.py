"""The image, as far as it can be proven without a container engine.

The Dockerfile is linted, its install steps are replayed into a folder, and the bot is started from
a folder that holds what its COPY lines bring, and nothing else.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.house import ROOT

IMAGE_VENV = "/opt/usher"
UNREACHABLE = re.compile(
    r"resolution|resolve host|dns error|connect|timed out|unreachable", re.IGNORECASE
)

pytestmark = pytest.mark.xdist_group("docker")


class Image(NamedTuple):
    python: Path
    app: Path


def stages() -> list[list[str]]:
    """The instructions of each stage, one line each."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("FROM ")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def arguments(stage: list[str], instruction: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in stage if line.startswith(f"{instruction} ")]


def copy(stage: list[str], folder: Path) -> None:
    """Does what the stage's COPY lines do with the repository's files."""
    for line in arguments(stage, "COPY"):
        *names, target = line.split()
        for name in names if not line.startswith("--from") else []:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / target)
            else:
                shutil.copy(ROOT / name, folder / target)


def replay(command: str, folder: Path, venv: Path) -> None:
    """Runs one RUN line of the build stage, with this Python as the image's."""
    python = folder / "path" / "python"
    python.parent.mkdir(exist_ok=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    path = f"{python.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-ec", command.replace(IMAGE_VENV, str(venv))],
        check=False,
        cwd=folder,
        env={"UV_SYSTEM_CERTS": "1", **os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip("the image's install step: no package index can be reached")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    build, final = stages()
    folder, venv, app = (tmp_path_factory.mktemp(name) for name in ("build", "venv", "app"))
    copy(build, folder)
    copy(final, app)
    for command in arguments(build, "RUN"):
        replay(command, folder, venv)
    return Image(venv / "bin" / "python", app)


def run(image: Image, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(image.app)}
    return subprocess.run(
        [image.python, *words],
        check=False,
        cwd=image.app,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_dockerfile_has_no_lint() -> None:
    command = [str(Path(sys.prefix, "bin", "hadolint")), "Dockerfile"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_install_in_the_image_checks_hashes() -> None:
    build, _ = stages()
    installs = re.findall(r"pip install [^&]*", " && ".join(arguments(build, "RUN")))
    assert len(installs) == 2
    assert all("--require-hashes -r requirements" in install for install in installs)


def test_the_image_runs_unprivileged_and_keeps_its_data_in_a_volume() -> None:
    _, final = stages()
    assert arguments(final, "USER") == ["10001"]
    assert arguments(final, "VOLUME") == ["/data"]
    assert arguments(final, "STOPSIGNAL") == ["SIGTERM"]
    assert arguments(final, "ENTRYPOINT") == ['["python", "-m", "bot"]']


def test_the_build_context_holds_what_is_copied_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    admitted = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copies = [line for stage in stages() for line in arguments(stage, "COPY")]
    own = [line.split()[:-1] for line in copies if not line.startswith("--from")]
    assert admitted == {name for names in own for name in names}
    assert "*" in lines


def test_the_installed_packages_are_enough_for_every_room(image: Image) -> None:
    modules = "bot, core, telegram, aiohttp, alembic, apscheduler, psycopg, sqlalchemy.ext.asyncio"
    done = run(image, "-W", "error", "-c", f"import {modules}")
    assert done.returncode == 0, done.stderr


def test_the_copied_files_are_enough_to_start(image: Image) -> None:
    done = run(image, "-m", "bot", "--help")
    assert done.returncode == 0, done.stderr
    assert "healthcheck" in done.stdout

"""Brings `.venv` to what one requirements file pins; the Makefile calls it.

Every package is checked against its hash. A run that was cut off leaves a mark, and the next one
starts over; two runs at once wait for each other. Ends with one line and status 1 on failure.
"""

import fcntl
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = VENV / ".tools"
LOCK = VENV / ".setup-lock"  # uv locks .venv/.lock, and would wait five minutes for us
LOG = VENV / "setup.log"
UNFINISHED = VENV / ".unfinished"


def succeeds(*command: str | Path) -> bool:
    with LOG.open("a") as log:
        try:
            return subprocess.call(command, cwd=ROOT, stdout=log, stderr=log) == 0
        except OSError as error:
            log.write(f"{error}\n")
            return False


def is_usable(python: Path) -> bool:
    return succeeds(python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")


@contextmanager
def alone() -> Iterator[None]:
    """Keeps a second make, in another terminal, out of the same environment."""
    VENV.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def clear() -> None:
    """Empties `.venv` except for the lock that is being held."""
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != LOCK:
            path.unlink()


def make_environment() -> None:
    if UNFINISHED.exists() or not is_usable(PYTHON):
        clear()
        UNFINISHED.touch()
        venv.create(VENV, symlinks=True)
    UNFINISHED.touch()


def pip() -> list[str | Path]:
    """The private pip, so that neither the machine's nor Usher's packages are touched."""
    if not (TOOLS / "bin" / "pip").exists():
        venv.create(TOOLS, symlinks=True, with_pip=True)
    return [TOOLS / "bin" / "python", "-m", "pip", "--quiet", "--retries", "2"]


def find_uv() -> str | Path:
    uv = TOOLS / "bin" / "uv"
    if on_path := shutil.which("uv"):
        return on_path
    if not uv.exists():
        succeeds(*pip(), "install", "--require-hashes", "-r", "requirements-uv.txt")
    return uv


def is_installed(requirements: str) -> bool:
    """Tries uv, then pip: slower, but it knows the mirrors that only pip was told of."""
    pinned = ["--require-hashes", "-r", requirements]
    return succeeds(find_uv(), "pip", "install", "--python", PYTHON, *pinned) or succeeds(
        *pip(), "--python", PYTHON, "install", *pinned
    )


def set_up(requirements: str) -> None:
    with alone():
        make_environment()
        print(f"usher: installing {requirements} into .venv", flush=True)
        if not is_installed(requirements):
            sys.exit(
                f"usher: {requirements} could not be installed: check the network (or the mirror "
                "that pip or uv is set to) and run make again; details are in .venv/setup.log"
            )
        UNFINISHED.unlink()
        (VENV / f".{requirements}").touch()


if __name__ == "__main__":
    try:
        set_up(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)

"""Runs PostgreSQL for as long as a test run lives; `tests.postgres` starts it, it prints its id.

It ends the server and removes its folder on SIGTERM, and likewise when the process that it works
for is gone, however that one died.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

# PostgreSQL refuses to run as root: these go to `subprocess` as user, group and extra groups.
IS_ROOT = os.geteuid() == 0
NOBODY = 65534 if IS_ROOT else None
NO_GROUPS: list[int] | None = [] if IS_ROOT else None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def serve(owner: int, command: list[str]) -> None:
    """Runs the server until it ends, SIGTERM comes or `owner` is gone."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    server = subprocess.Popen(command, user=NOBODY, group=NOBODY, extra_groups=NO_GROUPS)
    while not stopping.wait(0.1) and is_alive(owner) and server.poll() is None:
        pass
    server.send_signal(signal.SIGINT)  # the "fast shutdown", which cuts connections
    server.wait()


def detach(folder: Path) -> None:
    """Leaves the tests' session, so that their Ctrl-C ends the server in order, not at once."""
    if child := os.fork():
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os._exit(0)
    os.setsid()
    log = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    detach(folder)
    serve(int(sys.argv[1]), sys.argv[3:])
    shutil.rmtree(folder)

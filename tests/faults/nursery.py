"""`python -m tests.faults.nursery`: has the program loaded, and makes a bot of each line it reads.

A fork takes a moment where a new process takes seconds; the bot is a process of its own all the
same, and its SIGKILL is the kernel's. A line holds its settings, its log, and where it dies.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

from bot import __main__ as command_line
from tests.faults.killing import arm


def main() -> None:
    """Until its standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(order)
        print(child, flush=True)  # noqa: T201 - this is how it answers
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _live(order: dict[str, Any]) -> None:
    """Never returns."""
    status = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log, stream.fileno())
        os.environ.update(order["settings"])
        if order["point"]:
            arm(order["point"], order["times"])
        sys.argv = ["bot", "all"]
        status = command_line.main() or 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()

"""What the emulated services accepted, on disk before the caller hears of it."""

import json
import os
from pathlib import Path
from typing import Any


class Ledger:
    """Append-only list of accepted calls, one JSON line each, fsynced when it has a file."""

    def __init__(self, path: Path | None) -> None:
        self.entries: list[dict[str, Any]] = []
        self._file = None if path is None else path.open("a", encoding="utf-8")

    def append(self, **entry: Any) -> None:
        """Number an entry and make it durable."""
        entry = {"seq": len(self.entries) + 1} | entry
        self.entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def clear(self) -> None:
        """Forget the entries in memory; the file keeps them."""
        self.entries.clear()

    def close(self) -> None:
        """Release the file."""
        if self._file is not None:
            self._file.close()

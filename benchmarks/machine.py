"""What the figures were measured on: without it they say little."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
from datetime import UTC, datetime

NAMED = ("python-telegram-bot", "sqlalchemy", "aiosqlite", "psycopg", "aiohttp")


def describe() -> str:
    """One paragraph: date, machine, versions, and how busy others kept the machine."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in NAMED)
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores "
        f"({platform.machine()}, {platform.system()}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {versions}; "
        f"load averages of the last 1, 5 and 15 minutes at the end: {load}."
    )

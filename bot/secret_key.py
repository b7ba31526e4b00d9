"""The key that signs what leaves us: as it is set, or made on first start and kept ever since."""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

from bot.config import Settings
from bot.ground import Ground
from core.platform_notes import remember

NOTE = "secret key"


async def secret_key(settings: Settings, ground: Ground) -> bytes:
    """The same for all processes on one database. Beside a SQLite file it is a file that only its
    owner may read; where the database is a server, it is kept there.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = _beside(settings.database_url.get_secret_value())
    if path is not None:
        return (await asyncio.to_thread(_kept_in, path)).encode()
    made, now = secrets.token_urlsafe(32), ground.clock()
    kept = await ground.database.write(
        lambda s: remember(s, platform="usher", name=NOTE, value=made, now=now)
    )
    return kept.encode()


def _beside(database_url: str) -> Path | None:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database).with_suffix(".key")


def _kept_in(path: Path) -> str:
    """Of two processes that start at once, the second reads what the first has made."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 600
    made = Path(name)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(descriptor)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(made)
    finally:
        made.unlink()
    return path.read_text().strip()

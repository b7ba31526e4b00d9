"""What the command line does once, to the database or to GroupMe, before it ends."""

from __future__ import annotations

import sys

from bot.app import prepare
from bot.config import Settings
from bot.reconciling import reconcile as match_groups
from core.database import Database

WRONG_SETTING = 2


async def migrate(settings: Settings) -> int:
    """The exit status. Raises CannotStart."""
    database = Database(settings.database_url.get_secret_value())
    try:
        await prepare(database)
    finally:
        await database.close()
    print("The database is up to date.")
    return 0


async def reconcile(settings: Settings, *, dry_run: bool) -> int:
    """The exit status. Raises CannotStart."""
    if settings.groupme_token is None:
        print("USHER_GROUPME_TOKEN is not set", file=sys.stderr)
        return WRONG_SETTING
    database = Database(settings.database_url.get_secret_value())
    try:
        await prepare(database)
        return await match_groups(settings, database, dry_run=dry_run)
    finally:
        await database.close()

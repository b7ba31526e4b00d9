"""`python -m bot groupme reconcile`: the operator has GroupMe's groups matched to all of ours."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config import Settings
from bot.ground import Ground
from bot.groupme_api import GroupMeApi, GroupMeError
from bot.groupme_calls import GroupMe
from bot.groupme_voice import Voice
from bot.platforms.groupme.plug import callback_secret, callback_url
from bot.platforms.groupme.reconcile import Reconciler, operator
from core.chats.reconciliations import Report
from core.database import Database

SHOWN = 50


async def reconcile(settings: Settings, database: Database, *, dry_run: bool) -> int:
    """Prints what it found and changed. The exit status: 0, or 1 when GroupMe can't be asked."""
    assert settings.groupme_token is not None, "checked by who calls"
    ground = Ground(database)
    token = settings.groupme_token.get_secret_value()
    groupme = GroupMe(GroupMeApi(token, settings.groupme_api_url))
    url = callback_url(settings, await callback_secret(settings, ground))
    reconciler = Reconciler(groupme, Voice(groupme, ground, url), ground)
    try:
        report = await reconciler.run(operator, dry_run=dry_run)
    except GroupMeError as error:
        print(f"GroupMe can't be asked: {error.reason}")
        return 1
    finally:
        await groupme.close()
    for line in told(report, dry_run=dry_run):
        print(line)
    return 0


def told(report: Report, *, dry_run: bool) -> Iterator[str]:
    """The report, line by line."""
    yield f"rooms on GroupMe: {report.rooms}"
    yield f"matched: {report.matched}"
    yield from _list("would change" if dry_run else "changed", report.changed)
    yield from _list("missing", [one.group for one in report.missing])
    yield from _list("ambiguous", report.ambiguous)
    yield from _list("perhaps", [f"{one.group} = {one.room}?" for one in report.near])
    yield from _list("orphaned", report.orphaned)
    yield from _list("not shared", report.unshared)


def _list(what: str, names: list[str]) -> Iterator[str]:
    yield f"{what}: {len(names)}"
    yield from (f"  {name}" for name in names[:SHOWN])
    if len(names) > SHOWN:
        yield f"  … and {len(names) - SHOWN} more"

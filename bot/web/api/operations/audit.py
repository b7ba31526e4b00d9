"""The audit: who did what, when, to whom, by which front end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.web.api.operation import Asked, operation
from bot.web.api.shapes import ById, Given, Items, Number, Turn
from core.access import Permission
from core.groups import get_group
from core.log import Deed, list_deeds
from core.pages import Cursor

TAG = "Audit"


class DeedShown(Given):
    """`actor` is their name of today, null when nobody knows any more; `subject` a public id, or
    the name of whom it was done to. `via` is the front end, such as `telegram` or `api`.
    """

    id: Number
    at: datetime
    actor_id: Number | None
    actor: str | None
    action: str
    subject: str | None
    via: str
    details: dict[str, Any]


@operation(
    "GET",
    "/groups/{id}/audit",
    "What was done in the group",
    tag=TAG,
    permission=Permission.READ_LOG,
)
def list_audit(asked: Asked, path: ById, query: Turn) -> Items[DeedShown]:
    """Newest first."""
    deeds, page = list_deeds(
        asked.session,
        asked.me,
        group=get_group(asked.session, path.id),
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    following = page.next.id if page.next else None
    return Items[DeedShown](items=[_show(deed) for deed in deeds], next_cursor=following)


def _show(deed: Deed) -> DeedShown:
    entry = deed.entry
    return DeedShown(
        id=entry.id,
        at=entry.created_at,
        actor_id=entry.actor_id,
        actor=deed.actor,
        action=entry.action,
        subject=deed.subject,
        via=entry.via,
        details=entry.details,
    )


OPERATIONS = (list_audit,)

"""Who hears of which fact, and by which channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.deliveries.fanning import Fanning, Route
from core.facts import Fact
from core.routing import (
    broadcasts,
    codes,
    events,
    groups,
    guests,
    invites,
    mail,
    members,
    people,
    progress,
    requests,
    rooms,
    roster,
    texting,
    webhooks,
)

_ROUTES: dict[type[Fact], tuple[Route, ...]] = {
    **requests.ROUTES,
    **rooms.ROUTES,
    **invites.ROUTES,
    **members.ROUTES,
    **groups.ROUTES,
    **people.ROUTES,
    **codes.ROUTES,
    **webhooks.ROUTES,
    **guests.ROUTES,
    **broadcasts.ROUTES,
    **progress.ROUTES,
    **mail.ROUTES,
    **texting.ROUTES,
    **events.ROUTES,
    **roster.ROUTES,
}
ROUTES = webhooks.with_webhooks(_ROUTES)


def fan_out(
    session: Session, *, now: datetime, limit: int, spacing: Mapping[str, timedelta] | None = None
) -> int:
    """Turn waiting facts into deliveries; how many facts. `spacing` is for what goes to crowds."""
    return Fanning(ROUTES, now, spacing or {}).work_off(session, limit=limit)

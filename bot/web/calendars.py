"""/c/{uid}.ics: an event for calendars that look again by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.calendar_files import CONTENT_TYPE, calendar_file
from bot.web.front import Front
from bot.web.paging import paged
from core.errors import NotFound
from core.events import UID_LIMIT, Event


@dataclass(frozen=True, slots=True)
class Calendars:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        """A cancelled event stays, as cancelled: the calendar is to know."""
        event = await self.front.look(lambda s: _find(s, request.match_info["uid"]))
        return web.Response(
            body=calendar_file(event, now=self.front.now()),
            content_type=CONTENT_TYPE,
            charset="utf-8",
            headers={"Content-Disposition": 'inline; filename="event.ics"'},
        )


def _find(session: Session, uid: str) -> Event:
    query = select(Event).where(Event.uid == uid[:UID_LIMIT], Event.starts_at.is_not(None))
    event = session.scalar(query.options(joinedload(Event.group, innerjoin=True)))
    if event is None:
        raise NotFound("event_unknown")
    return event


def add_calendars(service: web.Application, front: Front) -> None:
    calendars = Calendars(front)
    service.router.add_get("/c/{uid:[A-Za-z0-9_-]{1,64}}.ics", paged(front, calendars.show))

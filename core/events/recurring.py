"""Events that recur: made some weeks ahead, each with answers of its own, changed one or all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.access import Actor, Member, MemberState
from core.errors import Conflict, Invalid
from core.events import Event, lock_event
from core.events.editing import Edited, call_off, cancel_event, edit_event, plan_of
from core.events.making import add_event, ask_members
from core.events.plans import EventPlan
from core.events.reminders import plan_reminders
from core.events.rules import occurrences
from core.events.series import EventSeries
from core.groups import Group, Kind
from core.names import SLUG_LIMIT, cut, slugify
from core.when import to_utc

HORIZON = timedelta(weeks=8)
# A series is looked at once a day, not each time that the job runs.
DAILY = timedelta(days=1)
MOST_AT_ONCE = 60
# The card of a later one is shown when it is the next that people think of.
SHOWN_BEFORE = timedelta(days=6)


def make_recurring(session: Session, event: Event, *, rule: str, now: datetime) -> list[Event]:
    """Have the event recur by the rule; those that were made now, itself not among them.

    Asks no permission: who made the event may. Raises Invalid for an event without a date, or a
    rule by which nothing follows.
    """
    if event.starts_at is None:
        raise Invalid("event_without_start")
    series = EventSeries(
        parent_id=event.group.parent_id,
        rule=rule,
        timezone=event.timezone,
        starts_at=event.starts_at,
        made_until=event.starts_at,
    )
    session.add(series)
    session.flush()
    event.series_id, event.occurs_at = series.id, event.starts_at
    made = _extend(session, series, event, now=now)
    if not made and not _next(series, event.starts_at):
        raise Invalid("rule_empty", rule=rule)
    return made


def extend_series(session: Session, *, now: datetime) -> bool:
    """Make what has come within the horizon of the series that is shortest. False when none is."""
    series = session.scalar(
        select(EventSeries)
        .where(EventSeries.ended_at.is_(None), EventSeries.made_until < now + HORIZON - DAILY)
        .order_by(EventSeries.made_until)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if series is None:
        return False
    latest = session.scalar(
        select(Event)
        .where(Event.series_id == series.id)
        .order_by(Event.occurs_at.desc())
        .limit(1)
        .options(joinedload(Event.group, innerjoin=True))
    )
    if latest is None or latest.group.archived_at is not None:
        series.ended_at = now
        return True
    _extend(session, series, latest, now=now)
    if not _next(series, series.made_until):
        series.ended_at = now
    else:
        series.made_until = max(series.made_until, now + HORIZON)
    return True


def list_following(session: Session, event: Event) -> list[int]:
    """The numbers of the event's own series from itself on, those that are off left out."""
    if event.series_id is None:
        return [event.id]
    rows = select(Event.id).where(
        Event.series_id == event.series_id,
        Event.occurs_at >= event.occurs_at,
        Event.cancelled_at.is_(None),
    )
    return list(session.scalars(rows.order_by(Event.occurs_at)))


def edit_following(
    session: Session, actor: Actor, *, event_id: int, changes: Mapping[str, object], now: datetime
) -> list[Edited]:
    """Make the changes to the event and to all after it; another hour is the same hour for each.

    Raises as `edit_event`, and Conflict for another day where the rule names the days.
    """
    event = lock_event(session, event_id)
    shifts = _shifts(event, changes)
    _check_days(session, event, shifts.get("starts_at"))
    edited = []
    for number in list_following(session, event):
        own = dict(changes)
        one = lock_event(session, number)
        own.update({name: _shifted(one, name, by) for name, by in shifts.items()})
        edited.append(edit_event(session, actor, event_id=number, changes=own, now=now))
    if event.series_id is not None and "starts_at" in shifts:
        _move_series(session.get_one(EventSeries, event.series_id), shifts["starts_at"])
    return edited


def cancel_following(session: Session, actor: Actor, *, event_id: int, now: datetime) -> int:
    """Call off the event and all after it, and make no more; how many. One word for all of them."""
    event = lock_event(session, event_id)
    rest = [number for number in list_following(session, event) if number != event_id]
    cancel_event(session, actor, event_id=event_id, also=rest, now=now)
    off = [call_off(session, lock_event(session, number), now=now) for number in rest]
    if event.series_id is not None:
        session.get_one(EventSeries, event.series_id).ended_at = now
    return 1 + sum(off)


def _extend(session: Session, series: EventSeries, like: Event, *, now: datetime) -> list[Event]:
    coming = occurrences(
        series.rule,
        starts_at=series.starts_at,
        zone=series.timezone,
        after=series.made_until,
        until=now + HORIZON,
    )
    made = [_repeat(session, like, at, now) for at in islice(coming, MOST_AT_ONCE)]
    if made:
        series.made_until = made[-1].occurs_at or series.made_until
    return made


def _next(series: EventSeries, after: datetime) -> list[datetime]:
    far = after + timedelta(days=5 * 366)
    coming = occurrences(
        series.rule, starts_at=series.starts_at, zone=series.timezone, after=after, until=far
    )
    return list(islice(coming, 1))


def _repeat(session: Session, like: Event, at: datetime, now: datetime) -> Event:
    """One more such event at that time, with the same people in charge."""
    day = at.astimezone(ZoneInfo(like.timezone)).date()
    slug = f"{cut(slugify(like.group.name), SLUG_LIMIT - 11)}-{day}"
    group = Group(kind=Kind.EVENT, name=like.group.name, slug=slug, created_at=now)
    group.parent_id = like.group.parent_id
    session.add(group)
    session.flush()
    _appoint(session, like, group, now)
    plan = plan_of(like)
    event = add_event(session, group, {**_moved(plan, at), "series_id": like.series_id})
    event.occurs_at = at
    plan_reminders(session, event, now=now)
    if group.parent_id is not None:
        ask_members(session, event, of=group.parent_id, added_by=None, now=now)
        event.card_due_at = max(now, at - SHOWN_BEFORE)
    return event


def _appoint(session: Session, like: Event, group: Group, now: datetime) -> None:
    theirs = select(Member).where(Member.group_id == like.id, Member.state == MemberState.ACTIVE)
    for one in session.scalars(theirs.order_by(Member.id)).all():
        session.add(
            Member(
                group_id=group.id,
                person_id=one.person_id,
                role=one.role,
                label=one.label,
                state=MemberState.ACTIVE,
                joined_at=now,
            )
        )


def _moved(plan: EventPlan, at: datetime) -> dict[str, object]:
    """The plan at another time: its end and deadline move along."""
    columns = plan.checked()
    for name in ("ends_at", "deadline"):
        moment = getattr(plan, name)
        if moment is not None and plan.starts_at is not None:
            columns[name] = at + (moment - plan.starts_at)
    return {**columns, "starts_at": at}


def _shifts(event: Event, changes: Mapping[str, object]) -> dict[str, timedelta]:
    """By how much each time moves, on the wall clock."""
    found = {}
    for name in ("starts_at", "ends_at", "deadline"):
        new, old = changes.get(name), getattr(event, name)
        if isinstance(new, datetime) and old is not None:
            found[name] = _wall(new, event) - _wall(old, event)
    return found


def _shifted(event: Event, name: str, by: timedelta) -> datetime | None:
    old = getattr(event, name)
    return None if old is None else to_utc(_wall(old, event) + by, event.timezone)


def _wall(moment: datetime, event: Event) -> datetime:
    return moment.astimezone(ZoneInfo(event.timezone)).replace(tzinfo=None)


def _check_days(session: Session, event: Event, by: timedelta | None) -> None:
    if by is None or event.series_id is None:
        return
    rule = session.get_one(EventSeries, event.series_id).rule
    old = _wall(event.starts_at, event) if event.starts_at else None
    if old is not None and (old + by).date() != old.date() and "BY" in rule:
        raise Conflict("series_names_days", rule=rule)


def _move_series(series: EventSeries, by: timedelta) -> None:
    """What is made from now on comes at the new hour."""
    local = ZoneInfo(series.timezone)
    for name in ("starts_at", "made_until"):
        wall = getattr(series, name).astimezone(local).replace(tzinfo=None) + by
        setattr(series, name, wall.replace(tzinfo=local).astimezone(UTC))

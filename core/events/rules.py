"""Rules by which events recur (RFC 5545), read from words or as they stand in calendars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from core.errors import Invalid
from core.events.series import RULE_LIMIT
from core.names import clean_text

UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
EVERY = re.compile(r"(?:every )?(?:(\d{1,2}) )?(day|week|month|year)s?")
# A rule by the hour would fill the calendar; one that names its start contradicts the event's.
PARTS = re.compile(
    r"(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)|INTERVAL=\d{1,3}|COUNT=\d{1,3}"
    r"|UNTIL=\d{8}(T\d{6}Z?)?|BYDAY=[-+0-9,A-Z]+|BYMONTHDAY=[-0-9,]+|BYMONTH=[0-9,]+"
    r"|BYSETPOS=[-0-9,]+|WKST=[A-Z]{2})"
)


def read_rule(text: str, *, times: int | None = None) -> str:
    """An RRULE from `week`, `2 weeks` or a rule as it stands; `times` ends it. Raises Invalid."""
    cleaned = clean_text(text).removeprefix("RRULE:")
    found = EVERY.fullmatch(cleaned.casefold())
    if found is not None:
        rule = f"FREQ={UNITS[found[2]]}" + (f";INTERVAL={found[1]}" if found[1] else "")
    else:
        rule = cleaned.upper().strip(";")
    if times is not None:
        rule += f";COUNT={times}"
    if len(rule) > RULE_LIMIT or not _is_bounded(rule):
        raise Invalid("rule_unreadable", rule=text)
    try:
        rrulestr(rule, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - counts in wall clock time
    except (ValueError, KeyError, TypeError):
        raise Invalid("rule_unreadable", rule=text) from None
    return rule


def occurrences(
    rule: str, *, starts_at: datetime, zone: str, after: datetime, until: datetime
) -> Iterator[datetime]:
    """When it recurs in UTC, past `after` and up to `until`. At seven stays at seven: the rule
    counts by the wall clock, and what falls into an hour that the clocks skip comes an hour later.
    """
    local = ZoneInfo(zone)
    first = starts_at.astimezone(local).replace(tzinfo=None)
    last = until.astimezone(local).replace(tzinfo=None)
    bounded = _local(rule, local)
    if "COUNT=" not in rule and "UNTIL=" not in rule:
        bounded += f";UNTIL={last:%Y%m%dT%H%M%S}"
    for wall in rrulestr(bounded, dtstart=first):
        moment = wall.replace(tzinfo=local).astimezone(UTC)
        if moment > until:
            return
        if moment > after:
            yield moment


def _is_bounded(rule: str) -> bool:
    """Whether it has known parts alone, and none by which one would search long for nothing."""
    parts = rule.split(";")
    if not all(PARTS.fullmatch(part) for part in parts):
        return False
    fine = any(name in rule for name in ("BYMONTH", "BYSETPOS"))
    return not fine or ("COUNT=" not in rule and "FREQ=DAILY" not in rule)


def _local(rule: str, zone: ZoneInfo) -> str:
    """With the end on the wall clock, as everything else: dateutil takes no mixture."""

    def told(found: re.Match[str]) -> str:
        if not found[2]:
            return f"UNTIL={found[1]}T235959"
        moment = datetime.strptime(found[1] + found[2].strip("TZ"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if found[2].endswith("Z"):
            moment = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
        return f"UNTIL={moment:%Y%m%dT%H%M%S}"

    return re.sub(r"UNTIL=(\d{8})(T\d{6}Z?)?", told, rule)

"""An event with very many guests, put in by a few statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from benchmarks.crowd import FAMILIES, FAMILY_NAME, GIVEN, GIVEN_NAME, NOW, insert, pour
from benchmarks.guest_host import host_of
from core.database import Database
from core.events.making import create_event
from core.events.plans import EventPlan
from core.migrate import migrate
from core.people import Person

HELPERS, SIDES, HOMES, TABLES = 100, 4, 4, 500
GUEST = 77


def given(number: int = GUEST) -> str:
    """Every two-hundredth is called that."""
    return f"given{100 + number % GIVEN}"


def name(number: int = GUEST) -> str:
    """Among a million hardly anybody else is called that."""
    return f"{given(number)} family{10000 + number % FAMILIES}"


async def host(database: Database, size: int) -> int:
    """Migrate the empty database, and plan an event with so many guests; its number."""
    await migrate(database)
    event_id = await database.write(_plan)
    if size:
        await pour(database, _statements(event_id, size))
    return event_id


def _plan(session: Session) -> int:
    now = datetime.now(UTC)
    helpers = [Person(name=f"Helper {number}", created_at=now) for number in range(HELPERS)]
    session.add_all(helpers)
    actor = host_of(session)
    plan = EventPlan(timezone="UTC", starts_at=now + timedelta(days=30))
    event = create_event(session, actor, name="Gala", plan=plan, parent=None, now=now)
    actor.person.current_group_id = event.id
    return event.id


def _statements(event_id: int, size: int) -> list[str]:
    """Half of them have answered."""
    half, event, homes = size // 2, str(event_id), max(1, size // HOMES)
    answers = "CASE n % 5 WHEN 0 THEN 'declined' WHEN 1 THEN 'maybe' ELSE 'confirmed' END"
    return [
        insert("households", homes, event_id=event, name="'Home ' || n"),
        insert("guests", half, **_guest(event, "n", homes), status=answers, answered_at=NOW),
        insert("guests", size - half, **_guest(event, f"(n + {half})", homes), status="'invited'"),
    ]


def _guest(event: str, number: str, homes: int) -> dict[str, str]:
    """The row of that number."""
    names = f"{GIVEN_NAME} || ' ' || {FAMILY_NAME}".replace("n %", f"{number} %")
    first, _, last = names.partition(" || ' ' || ")
    phone = f"'+97250' || ({10_000_000} + {number})"
    return {
        "event_id": event,
        "household_id": f"1 + ({number} - 1) % {homes}",
        "first_name": first,
        "last_name": last,
        "name_key": names,
        "email": f"'g' || {number} || '@x.org'",
        "phone": phone,
        "phone_key": phone,
        "side": f"'side ' || ({number} % {SIDES})",
        "seating": f"'table ' || ({number} % {TABLES})",
        "is_child": "(1 = 0)",
        "plus_ones": f"{number} % 2",
        "plus_one_names": "'[]'",
        "children": "0",
        "added_by_id": f"1 + {number} % {HELPERS}",
        "created_at": NOW,
        "updated_at": NOW,
    }

"""Events: founded with their group, alone or under a team."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.access import Role, role_in
from core.errors import CoreError, Forbidden, Invalid, NotFound
from core.events.plans import EventPlan
from core.groups import Kind, get_group
from core.people.forgetting import erase
from tests.cast import Cast, refused
from tests.core.eventing import event_of, guests_of, make_event, statuses_of

NOON = datetime(2026, 12, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "plan"),
    [
        ("event_without_start", {"deadline": NOON}),
        ("event_ends_too_early", {"starts_at": NOON, "ends_at": NOON}),
        ("deadline_too_late", {"starts_at": NOON, "deadline": NOON + timedelta(minutes=1)}),
        ("event_number", {"capacity": 0}),
        ("event_number", {"plus_ones": 11}),
        ("event_number", {"offer_hours": 169}),
        ("map_link_unreadable", {"map_link": "javascript:alert(1)"}),
        ("too_many_sides", {"sides": tuple("abcdefghijk")}),
    ],
)
def test_what_cannot_be_is_refused(code: str, plan: dict[str, Any]) -> None:
    with pytest.raises(CoreError) as refusal:
        EventPlan(timezone="UTC", **plan).checked()
    assert (type(refusal.value), refusal.value.code) == (Invalid, code)


def test_sides_are_named_once_each() -> None:
    plan = EventPlan(timezone="UTC", sides=("bride", " groom ", "bride"))
    assert plan.checked()["sides"] == ["bride", "groom"]


async def test_an_event_is_a_group_of_its_number(cast: Cast) -> None:
    place = await make_event(cast, capacity=30, sides=("bride", "groom"))
    event = await event_of(cast, place)
    group = await cast.read(lambda s: get_group(s, place.id))
    assert (group.kind, group.parent_id) == (Kind.EVENT, cast.tigers.id)
    assert (event.capacity, event.sides, event.sequence) == (30, ["bride", "groom"], 0)
    assert await cast.read(lambda s: role_in(s, cast.alice.id, place.id)) is Role.OWNER


async def test_the_teams_members_are_its_guests(cast: Cast) -> None:
    place = await make_event(cast)
    assert await statuses_of(cast, place) == {"Alice": "invited", "Bob": "invited"}


async def test_an_event_of_its_own_has_no_guests_yet(sqlite_cast: Cast) -> None:
    place = await make_event(sqlite_cast, alone=True, by=sqlite_cast.charlie)
    assert await guests_of(sqlite_cast, place) == []


async def test_who_does_not_run_the_team_gives_it_no_event(cast: Cast) -> None:
    assert isinstance(await refused(make_event(cast, by=cast.bob)), Forbidden)
    assert isinstance(await refused(make_event(cast, by=cast.charlie)), NotFound)


async def test_who_is_forgotten_stays_on_the_list_without_a_name(cast: Cast) -> None:
    place = await make_event(cast)
    bob = cast.bob
    await cast.write(lambda s: erase(s, bob(s).person, now=cast.now))
    assert await statuses_of(cast, place) == {"Alice": "invited", "someone who left": "declined"}

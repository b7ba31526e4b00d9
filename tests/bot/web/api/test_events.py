"""Events over REST: planned, changed, called off, and counted."""

from __future__ import annotations

import pytest

from core.access import MemberState, Permission
from core.outbox import OutboxEvent
from tests.bot.commands.talk import Talk
from tests.bot.web.api.conftest import Heard, Programs
from tests.cast import Place, Somebody
from tests.core.eventing import make_event, put_guest

STARTS = "2026-12-05T18:30:00+02:00"


async def plan(programs: Programs, **more: object) -> Heard:
    body = {"name": "Derby", "timezone": "Europe/Berlin", "starts_at": STARTS, **more}
    return await programs.post(programs.cast.alice, "/events", body)


async def test_an_event_is_planned_under_a_team_whose_members_are_asked(
    programs: Programs,
) -> None:
    cast = programs.cast
    made = await plan(programs, parent_id=cast.tigers.id, capacity=12, plus_ones=2)
    assert (made.status, made.body["parent_id"], made.body["capacity"]) == (201, cast.tigers.id, 12)
    assert made.body["starts_at"] == "2026-12-05T16:30:00Z"
    stats = await programs.get(cast.alice, f"/events/{made.body['id']}/stats")
    assert stats.body["by_status"]["invited"]["guests"] == 2
    assert (stats.body["coming"], stats.body["seats_left"]) == (0, 12)


async def test_an_event_is_read_listed_and_changed(programs: Programs) -> None:
    cast = programs.cast
    made = await plan(programs)
    path = f"/events/{made.body['id']}"
    seen = await programs.get(cast.alice, path)
    assert seen.body == made.body
    assert (await programs.get(cast.alice, "/events")).items == [made.body]
    body = {"name": "Cup final", "place": "Main hall", "starts_at": None, "deadline": None}
    changed = await programs.ask(cast.alice, "PATCH", path, body, If_Match=seen.headers["ETag"])
    assert (changed.body["name"], changed.body["place"]) == ("Cup final", "Main hall")
    assert changed.body["starts_at"] is None
    late = await programs.ask(cast.alice, "PATCH", path, body, If_Match=seen.headers["ETag"])
    assert (late.status, late.code) == (412, "changed_meanwhile")


async def test_an_event_is_called_off_and_everybody_hears_of_it_once(programs: Programs) -> None:
    cast = programs.cast
    made = await plan(programs, parent_id=cast.tigers.id)
    path = f"/events/{made.body['id']}"
    for _ in range(2):
        assert (await programs.ask(cast.alice, "DELETE", path)).status == 204
    assert (await programs.get(cast.alice, path)).body["cancelled_at"] is not None
    facts = [one.event_type for one in await cast.rows(OutboxEvent)]
    assert facts.count("event.cancelled") == 1


@pytest.mark.attack(17)
async def test_charlie_learns_nothing_of_the_events_of_others(programs: Programs) -> None:
    cast = programs.cast
    made = await plan(programs)
    for method, end in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/stats")):
        body: dict[str, object] | None = {} if method == "PATCH" else None
        theirs, none = [
            await programs.ask(cast.charlie, method, f"/events/{id_}{end}", body)
            for id_ in (made.body["id"], 999_999)
        ]
        assert (theirs.status, theirs.code) == (none.status, none.code) == (404, "group_unknown")
    assert (await programs.get(cast.charlie, "/events")).items == []


async def sees(programs: Programs, who: Somebody, event: Place) -> set[bool]:
    """Whether chat, REST and REST's list show it: one and the same."""
    said = await Talk(programs.cast).say(who, f"/event show group={event.id}")
    read = await programs.get(who, f"/events/{event.id}")
    assert read.status in (200, 404)
    listed = [one["id"] for one in (await programs.get(who, "/events")).items]
    return {not said.refused, read.status == 200, event.id in listed}


async def test_who_sees_an_event_in_chat_sees_it_by_rest(programs_everywhere: Programs) -> None:
    programs, cast = programs_everywhere, programs_everywhere.cast
    event = await make_event(cast)
    guest = await cast.somebody("Gila")
    await put_guest(cast, event, "Gila", person_id=guest.id)
    lions = await cast.group("Lions", owner=cast.charlie)
    for who in (cast.alice, cast.bob, guest):
        assert await sees(programs, who, event) == {True}
    assert await sees(programs, cast.charlie, event) == {False}
    await cast.part(cast.bob, MemberState.BANNED)
    assert await sees(programs, cast.bob, event) == {False}
    assert (await programs.get(cast.bob, f"/events/{lions.id}")).code == "group_unknown"


@pytest.mark.attack(13)
async def test_a_key_that_may_not_look_or_is_for_another_group_shows_no_event(
    programs: Programs,
) -> None:
    cast = programs.cast
    event = await make_event(cast)
    lions = await cast.group("Lions", owner=cast.bob)
    for key, status in (
        (await programs.key(cast.bob, groups=[lions]), 404),
        (await programs.key(cast.bob, may={Permission.LIST_MEMBERS}), 403),
        (await programs.key(cast.bob, groups=[cast.tigers], may={Permission.VIEW}), 200),
    ):
        assert (await programs.get(key, f"/events/{event.id}")).status == status
        assert bool((await programs.get(key, "/events")).items) == (status == 200)


@pytest.mark.attack(57)
@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": "2026-12-05T18:30:00"},
        {"starts_at": "9999-12-31T23:59:59-12:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
        {"timezone": "Mars/Base"},
        {"ends_at": "2026-12-05T18:30:00+02:00"},
        {"deadline": "2026-12-06T18:30:00+02:00"},
        {"map_link": "javascript:alert(1)"},
        {"capacity": 0},
    ],
    ids=str,
)
async def test_what_can_not_be_is_refused(programs: Programs, wrong: dict[str, object]) -> None:
    assert (await plan(programs, **wrong)).status == 400

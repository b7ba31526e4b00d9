"""Guests over REST: on the list, changed, taken off, and whole lists at once."""

from __future__ import annotations

import pytest

from core.access import Role
from core.guests import Guest
from tests.bot.web.api.conftest import Heard, Programs


async def event(programs: Programs, **more: object) -> str:
    """The address of a new event of alice's."""
    body = {"name": "Wedding", "starts_at": "2026-12-05T18:30:00Z", **more}
    made = await programs.post(programs.cast.alice, "/events", body)
    return f"/events/{made.body['id']}"


async def put(programs: Programs, path: str, **body: object) -> Heard:
    return await programs.post(
        programs.cast.alice, f"{path}/guests", {"first_name": "Dana", **body}
    )


async def test_a_guest_is_put_on_the_list_changed_and_taken_off(programs: Programs) -> None:
    alice, path = programs.cast.alice, await event(programs)
    made = await put(programs, path, last_name="Levi", phone="+1 202 555 0143", household="Levis")
    assert (made.status, made.body["status"], made.body["household"]) == (201, "invited", "Levis")
    one = f"{path}/guests/{made.body['id']}"
    seen = await programs.get(alice, one)
    assert seen.body == made.body
    change = {"status": "confirmed", "plus_ones": 2, "phone": None, "table": "7"}
    changed = await programs.ask(alice, "PATCH", one, change, If_Match=seen.headers["ETag"])
    assert (changed.body["status"], changed.body["plus_ones"]) == ("confirmed", 2)
    assert (changed.body["phone"], changed.body["table"]) == (None, "7")
    late = await programs.ask(alice, "PATCH", one, change, If_Match=seen.headers["ETag"])
    assert (late.status, late.code) == (412, "changed_meanwhile")
    stats = await programs.get(alice, f"{path}/stats")
    assert stats.body["coming"] == 3
    assert (await programs.ask(alice, "DELETE", one)).status == 204
    assert (await programs.get(alice, f"{path}/guests")).items == []


async def test_guests_are_listed_by_status_and_name(programs: Programs) -> None:
    alice, path = programs.cast.alice, await event(programs)
    await put(programs, path)
    await put(programs, path, first_name="Noa", status="confirmed")
    for query, names in (
        ("", ["Dana", "Noa"]),
        ("?status=confirmed", ["Noa"]),
        ("?q=dan", ["Dana"]),
    ):
        heard = await programs.get(alice, f"{path}/guests{query}")
        assert [one["first_name"] for one in heard.items] == names


async def test_who_is_on_the_list_already_is_named(programs: Programs) -> None:
    path = await event(programs)
    await put(programs, path)
    again = await put(programs, path)
    assert (again.status, again.code) == (409, "guest_exists")
    assert (await put(programs, path, sure=True)).status == 201


async def test_more_seats_than_there_are_are_refused(programs: Programs) -> None:
    path = await event(programs, capacity=2)
    made = await put(programs, path, status="confirmed")
    heard = await programs.ask(
        programs.cast.alice, "PATCH", f"{path}/guests/{made.body['id']}", {"plus_ones": 5}
    )
    assert heard.status == 409


@pytest.mark.attack(56)
async def test_a_list_that_comes_twice_changes_nothing(programs: Programs) -> None:
    alice, path = programs.cast.alice, await event(programs)
    text = "Name,Phone,Shoe size\nDana Levi,+12025550143,38\nNoa Levi,,40\nNoa Levi,12,x\n"
    tried = await programs.post(alice, f"{path}/guests/import", {"text": text, "dry_run": True})
    assert (tried.body["added"], await programs.cast.rows(Guest)) == (0, [])
    first = await programs.post(alice, f"{path}/guests/import", {"text": text})
    assert (first.status, first.body["added"], first.body["left"]) == (200, 2, 0)
    assert first.body["unknown"] == ["Shoe size"]
    again = await programs.post(alice, f"{path}/guests/import", {"text": text})
    assert (again.body["added"], again.body["changed"]) == (0, 0)
    assert len(await programs.cast.rows(Guest)) == 2


@pytest.mark.attack(17)
async def test_the_guests_of_others_look_like_none(programs: Programs) -> None:
    cast, path = programs.cast, await event(programs)
    made = await put(programs, path)
    other = await event(programs, name="Other")
    astray = await programs.get(cast.alice, f"{other}/guests/{made.body['id']}")
    assert (astray.status, astray.code) == (404, "guest_unknown")
    for where in (path, "/events/999999"):
        heard = await programs.get(cast.charlie, f"{where}/guests")
        assert (heard.status, heard.code) == (404, "group_unknown")
    assert await cast.role_of(cast.bob) is Role.MEMBER

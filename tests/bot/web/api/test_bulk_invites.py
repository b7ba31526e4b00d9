"""Inviting a whole list over REST, and counting what came of it."""

from __future__ import annotations

import pytest

from core.invites import Invite
from tests.bot.web.api.conftest import Programs

PEOPLE = [
    {"name": "Dana", "addresses": ["dana@example.org"]},
    {"name": "Dana again", "addresses": ["Dana@example.org"]},
    {"name": "Bob", "addresses": ["@bob"]},
    {"name": "Nobody knows", "addresses": []},
    {"addresses": ["+1 202 555 0143"]},
]


async def invite(programs: Programs, **more: object) -> dict[str, object]:
    path = f"/groups/{programs.cast.tigers.id}/invites/bulk"
    heard = await programs.post(programs.cast.alice, path, {"people": PEOPLE, **more})
    assert heard.status == 200
    return dict(heard.body)


async def test_everybody_who_can_be_invited_is_and_the_others_are_named(
    programs: Programs,
) -> None:
    told = await invite(programs)
    assert (told["ready"], told["sent"]) == (2, 0)
    links = told["links"]
    assert isinstance(links, list)
    assert [one["said"] for one in links] == ["Dana", "+1 202 555 0143"]
    left_out = told["left_out"]
    assert isinstance(left_out, list)
    assert [(one["line"], one["verdict"]) for one in left_out] == [
        (2, "duplicate"),
        (3, "member"),
        (4, "malformed"),
    ]
    for one in links:
        assert (await programs.get(None, f"/invites/{one['token']}/info")).status == 200


async def test_a_dry_run_invites_nobody(programs: Programs) -> None:
    told = await invite(programs, dry_run=True)
    assert (told["ready"], told["links"]) == (2, [])
    assert await programs.cast.rows(Invite) == []


@pytest.mark.attack(56)
async def test_the_same_list_again_changes_nothing(programs: Programs) -> None:
    await invite(programs)
    assert (await invite(programs))["ready"] == 0
    assert len(await programs.cast.rows(Invite)) == 2


async def test_the_numbers_tell_what_came_of_them(programs: Programs) -> None:
    cast = programs.cast
    made = await cast.invite()
    await programs.post(cast.charlie, f"/invites/{made.token}/accept")
    heard = await programs.get(cast.alice, f"/groups/{cast.tigers.id}/invites/stats")
    assert (heard.body["total"]["sent"], heard.body["total"]["accepted"]) == (1, 1)
    assert [one["inviter"] for one in heard.body["inviters"]] == ["Alice"]

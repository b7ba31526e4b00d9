"""/leave: who runs the group is asked first."""

from __future__ import annotations

import pytest

from core.access import Member, MemberState, Role
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Somebody


async def state(talk: Talk, who: Somebody) -> MemberState:
    return next(row.state for row in await talk.cast.rows(Member) if row.person_id == who.id)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_an_admin_is_asked_before_they_go(talk: Talk, role: Role) -> None:
    dana = await talk.cast.somebody(role=role)
    asked = await talk.say(dana, "/leave")
    assert asked.text.startswith(f"Leave Tigers? You are {role.value} there.")
    assert await state(talk, dana) is MemberState.ACTIVE
    assert (await talk.tap(dana, asked.lines[0])).text.startswith("You have left Tigers.")
    assert await state(talk, dana) is MemberState.LEFT


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.VIEWER])
async def test_others_simply_go(talk: Talk, role: Role) -> None:
    dana = await talk.cast.somebody(role=role)
    assert (await talk.say(dana, "/leave")).text.startswith("You have left Tigers.")


async def test_asking_changes_nothing(talk: Talk) -> None:
    dana = await talk.cast.somebody(role=Role.ADMIN)
    before = await talk.everything()
    await talk.say(dana, "/leave")
    assert await talk.everything() == before


async def test_another_s_button_puts_nobody_out(talk: Talk) -> None:
    await talk.cast.bind(TEAM_ROOM.address)
    dana = await talk.cast.somebody(role=Role.ADMIN)
    asked = await talk.say(dana, "/leave", TEAM_ROOM)
    heard = await talk.tap(talk.cast.bob, asked.lines[0], TEAM_ROOM)
    assert heard.text.startswith("Leave Tigers? You are member there.")
    assert await state(talk, talk.cast.bob) is MemberState.ACTIVE


async def test_whose_role_changed_meanwhile_is_asked_again(talk: Talk) -> None:
    dana = await talk.cast.somebody("Dana", role=Role.ADMIN)
    asked = await talk.say(dana, "/leave")
    await talk.say(talk.cast.alice, "/role dana owner")
    again = await talk.tap(dana, asked.lines[0])
    assert again.text.startswith("Leave Tigers? You are owner there.")


async def test_the_last_owner_is_refused_and_not_asked(talk: Talk) -> None:
    assert (await talk.say(talk.cast.alice, "/leave")).text == words("last_owner", group="Tigers")

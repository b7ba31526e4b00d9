"""One rule, one place: what one front end has brought about, another shows in the same second."""

from __future__ import annotations

import pytest

from tests.bot.commands.talk import Talk
from tests.bot.web.api.conftest import Programs
from tests.cast import Somebody

WAYS = ("chat", "rest")


async def read(programs: Programs, who: Somebody, way: str) -> str:
    group = programs.cast.tigers.id
    if way == "chat":
        return (await Talk(programs.cast).say(who, f"/members group={group}")).text
    return str((await programs.get(who, f"/groups/{group}/members")).body)


@pytest.mark.parametrize("way", WAYS)
async def test_who_was_just_put_out_reads_no_more(programs: Programs, way: str) -> None:
    cast = programs.cast
    assert "Alice" in await read(programs, cast.bob, way)
    path = f"/groups/{cast.tigers.id}/members/{cast.bob.id}"
    assert (await programs.ask(cast.alice, "DELETE", path)).status == 204
    assert "Alice" not in await read(programs, cast.bob, way)


async def test_a_refusal_has_the_same_words_everywhere(programs: Programs) -> None:
    cast = programs.cast
    said = await Talk(cast).say(cast.bob, f"/rename Lynxes group={cast.tigers.id}")
    asked = await programs.ask(cast.bob, "PATCH", f"/groups/{cast.tigers.id}", {"name": "Lynxes"})
    assert (asked.status, asked.code) == (403, "not_allowed")
    assert asked.body["detail"] == said.text

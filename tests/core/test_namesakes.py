"""Strangers in a room who are called like somebody invited: told, never matched."""

from __future__ import annotations

import pytest

from core.chats.namesakes import Namesake, find_namesakes
from core.errors import NotFound
from tests.cast import Cast, Somebody, refused


async def alike(cast: Cast, *names: str, who: Somebody | None = None) -> dict[str, Namesake]:
    actor = who or cast.alice
    return await cast.read(
        lambda s: find_namesakes(s, actor(s), group=cast.tigers(s), names=names, now=cast.now)
    )


@pytest.mark.attack(54)
async def test_who_is_called_like_somebody_invited_is_told_of(cast: Cast) -> None:
    made = await cast.invite(to=cast.charlie)
    assert await alike(cast, "CHARLIE!", "Dan") == {"CHARLIE!": Namesake("Charlie", made.public_id)}


async def test_an_invite_for_anybody_is_nobody_s(cast: Cast) -> None:
    await cast.invite()
    assert await alike(cast, "Charlie") == {}


async def test_an_invite_that_is_over_names_nobody(cast: Cast) -> None:
    made = await cast.invite(to=cast.charlie)
    await cast.revoke(cast.alice, made.public_id)
    assert await alike(cast, "Charlie") == {}


async def test_an_outsider_learns_no_names(cast: Cast) -> None:
    await cast.invite(to=cast.charlie)
    assert isinstance(await refused(alike(cast, "Charlie", who=cast.charlie)), NotFound)

"""What is told of groups that were moved or archived, and of acts that failed, at delivery."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.notices import Notice, render
from bot.texts import Reader
from core.chats import Chat
from core.facts import ExpulsionFailed, Fact, GroupArchived, GroupMoved, GroupRestored
from core.groups import Group
from tests.cast import Cast


async def told(cast: Cast, kind: str, fact: Fact) -> str | None:
    notice = await cast.read(lambda s: render(s, kind, fact))
    assert notice is None or isinstance(notice, Notice)
    plain = Reader("en", "UTC").plain
    return plain(notice.text).translate({0x2068: None, 0x2069: None}) if notice else None


async def test_who_gains_by_a_move_hears_where_the_group_stands(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    ids = {"group_id": cubs.id, "by_id": cast.alice.id, "parent_id": cast.tigers.id}
    fact = GroupMoved(**ids, gaining=[cast.bob.id], losing=[])
    assert await told(cast, "move_gain", fact) == (
        "Alice has moved Cubs into Tigers.\nYou have more rights in it now. /groups shows it."
    )


async def test_who_loses_by_a_move_does_not_hear_where_it_went(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    ids = {"group_id": cubs.id, "by_id": cast.alice.id, "parent_id": cast.tigers.id}
    text = await told(cast, "move_loss", GroupMoved(**ids, gaining=[], losing=[cast.bob.id]))
    assert text is not None
    assert text.startswith("Alice has moved Cubs.")
    assert "Tigers" not in text


@pytest.mark.parametrize("kind", ["move_gain", "move_loss"])
async def test_of_a_move_that_was_taken_back_nobody_hears(sqlite_cast: Cast, kind: str) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs")
    ids = {"group_id": cubs.id, "by_id": cast.alice.id, "parent_id": cast.tigers.id}
    assert await told(cast, kind, GroupMoved(**ids, gaining=[], losing=[])) is None


async def test_a_room_hears_how_its_group_stands_now(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    archived = GroupArchived(group_id=cast.tigers.id)
    restored = GroupRestored(group_id=cast.tigers.id)
    assert await told(cast, "archived", archived) is None
    assert await told(cast, "restored", restored) == "Tigers is no longer archived: all goes on."
    await cast.write(lambda s: s.execute(update(Group).values(archived_at=cast.now)))
    assert (await told(cast, "archived", archived) or "").startswith("Tigers is archived")
    assert await told(cast, "restored", restored) is None


async def test_who_ordered_it_hears_who_is_still_in_the_room(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.bind()
    [chat] = await cast.rows(Chat)
    fact = ExpulsionFailed(
        group_id=cast.tigers.id,
        person_id=cast.bob.id,
        by_id=cast.alice.id,
        chat_id=chat.id,
        ban=True,
    )
    text = await told(cast, "expulsion_failed", fact)
    assert text is not None
    assert text.startswith(f"I could not put Bob out of {chat.title}.")
    lost = fact.model_copy(update={"chat_id": 999})
    assert await told(cast, "expulsion_failed", lost) is None

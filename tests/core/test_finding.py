"""Finding people who could be invited: those of groups that one administers, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

import core.people.finding
import core.people.name_words
from core.access import MemberState, Role
from core.pages import Cursor, Page
from core.people import Person
from core.people.finding import find_people, get_findable
from tests.cast import Cast, Place, Somebody, refused


async def page(
    cast: Cast,
    text: str,
    *,
    by: Somebody | None = None,
    group: Place | None = None,
    cursor: Cursor | None = None,
) -> Page[Person]:
    def unit(s: Session) -> Page[Person]:
        place = (group or cast.tigers)(s)
        return find_people(s, (by or cast.alice)(s), group=place, text=text, cursor=cursor)

    return await cast.read(unit)


async def found(
    cast: Cast, text: str, *, by: Somebody | None = None, group: Place | None = None
) -> list[str]:
    return [person.name for person in (await page(cast, text, by=by, group=group)).rows]


WAYS = {
    "a rare name": (1000, 100),
    "a common one in a small realm": (0, 100),
    "a common one in a large realm": (0, 0),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that few bear is looked for otherwise than one of thousands, and that among the few
    groups that somebody runs otherwise than among many.
    """
    bearers, groups = request.param
    monkeypatch.setattr(core.people.name_words, "FEW", bearers)
    monkeypatch.setattr(core.people.finding, "FEW_GROUPS", groups)


@pytest.mark.usefixtures("few")
async def test_people_of_my_other_groups_are_found(cast: Cast) -> None:
    lions = await cast.group("Lions")
    for name in ("Dana Novak", "Daniel", "Eve"):
        await cast.somebody(name, role=Role.MEMBER, group=lions)
    assert await found(cast, "dan") == ["Dana Novak", "Daniel"]
    assert await found(cast, "nov d") == ["Dana Novak"]


@pytest.mark.usefixtures("few")
async def test_people_below_my_groups_are_found(cast: Cast) -> None:
    lions = await cast.group("Lions")
    cubs = await cast.group("Cubs", owner=cast.charlie, parent=lions)
    kittens = await cast.group("Kittens", owner=cast.charlie, parent=cubs)
    await cast.somebody("Dana", role=Role.VIEWER, group=kittens)
    assert await found(cast, "dana") == ["Dana"]


@pytest.mark.usefixtures("few")
async def test_members_of_the_group_are_not_found_and_those_who_left_are(cast: Cast) -> None:
    lions = await cast.group("Lions")
    await cast.join(cast.bob, Role.MEMBER, group=lions)
    assert await found(cast, "bob") == []
    await cast.part(cast.bob, MemberState.LEFT)
    assert await found(cast, "bob") == ["Bob"]


@pytest.mark.usefixtures("few")
async def test_people_of_groups_that_i_do_not_run_look_like_nobody(cast: Cast) -> None:
    lions = await cast.group("Lions", owner=cast.charlie)
    await cast.join(cast.alice, Role.EDITOR, group=lions)
    above = await cast.group("League", owner=cast.charlie)
    await cast.somebody("Dana", role=Role.MEMBER, group=lions)
    await cast.somebody("Dane", role=Role.MEMBER, group=above)
    await cast.somebody("Dan")
    assert await found(cast, "dan") == []
    assert await found(cast, "charlie") == []


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.REMOVED, MemberState.BANNED])
async def test_who_has_gone_from_my_only_group_is_not_looked_up(
    sqlite_cast: Cast, state: MemberState
) -> None:
    await sqlite_cast.part(sqlite_cast.bob, state)
    assert await found(sqlite_cast, "bob") == []


@pytest.mark.usefixtures("few")
async def test_a_system_admin_finds_everybody(cast: Cast) -> None:
    root = replace(cast.bob, system_admin=True)
    assert await found(cast, "charlie", by=root) == ["Charlie"]


async def test_charlie_and_bob_may_not_look(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    assert (await refused(found(cast, "alice", by=cast.charlie))).code == "group_unknown"
    assert (await refused(found(cast, "alice", by=cast.bob))).code == "not_allowed"


@pytest.mark.attack(58)
@pytest.mark.parametrize("text", ["", "%", "🎉", "--"])
async def test_a_text_without_a_letter_finds_nobody(sqlite_cast: Cast, text: str) -> None:
    assert (await refused(found(sqlite_cast, text))).code == "find_whom"


@pytest.mark.usefixtures("few")
async def test_pages_are_turned_by_key(cast: Cast) -> None:
    lions = await cast.group("Lions")
    for number in range(12):
        await cast.somebody(f"Fan {number:02}", role=Role.MEMBER, group=lions)
    first = await page(cast, "fan")
    second = await page(cast, "fan", cursor=first.next)
    assert [len(first.rows), len(second.rows)] == [10, 2]
    assert second.rows[-1].name == "Fan 11"
    assert second.next is None


async def test_only_who_could_be_found_is_taken_by_number(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    lions = await cast.group("Lions")
    dana = await cast.somebody(role=Role.MEMBER, group=lions)

    async def take(whom: Somebody) -> str:
        def unit(s: Session) -> str:
            actor, group = cast.alice(s), cast.tigers(s)
            return get_findable(s, actor, group=group, person_id=whom.id).name

        return await cast.read(unit)

    assert await take(dana) == "Dana"
    assert (await refused(take(cast.charlie))).code == "who_unknown"

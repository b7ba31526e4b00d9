"""A list of players: weighed, worked off in pieces, stopped anywhere, and run twice."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from core.access import MemberState
from core.facts import RosterImported
from core.rosters.files import read_roster_text
from core.rosters.imports import (
    ImportState,
    Preview,
    RosterChunk,
    RosterImport,
    await_roster,
    commit_roster,
    show_roster,
)
from core.rosters.players import ContractState, Guardian, Player
from core.rosters.signatures import Signature
from core.rosters.weighing import CHUNK, Verdict
from core.rosters.work import break_off, work_off_chunk
from tests.cast import Cast, Place, Somebody, refused
from tests.core.inviting import facts
from tests.core.rostering import add, events, player, sign
from tests.core.test_welcomes import club, groupme

HEADER = "Player,Team,Parent,Email,Phone,Parent 2,Parent 2 email,Signed,Telegram\n"
MIA = "Mia Levi,,Dana Levi,dana@example.org,,,,\n"


async def show(cast: Cast, text: str, group: Place | None = None) -> Preview:
    """Alice sends the list for the Tigers, or `group`."""
    found = read_roster_text(HEADER + text, platform="telegram", region="US")

    def unit(s: Session) -> Preview:
        place = (group or cast.tigers)(s)
        draft = await_roster(s, cast.alice(s), group=place, now=cast.now)
        return show_roster(s, cast.alice(s), draft=draft, rows=found.rows)

    return await cast.write(unit)


async def commit(cast: Cast, preview: Preview, by: Somebody | None = None) -> None:
    who = by or cast.alice
    await cast.write(
        lambda s: commit_roster(s, who(s), public_id=preview.draft.public_id, now=cast.now)
    )


async def step(cast: Cast) -> bool:
    return await cast.write(lambda s: work_off_chunk(s, rulers=(), now=cast.now))


async def run(cast: Cast, text: str, group: Place | None = None) -> dict[str, int]:
    """What came of the list."""
    await commit(cast, await show(cast, text, group))
    while await step(cast):
        pass
    return (await cast.rows(RosterImport))[-1].counts


def told(preview: Preview) -> dict[Verdict, int]:
    return dict(preview.counts)


async def test_nothing_changes_before_it_is_asked_for(cast: Cast) -> None:
    preview = await show(cast, MIA + "Noa,Nowhere\n,\n" + MIA + "Zoe,,,zoe@\n")
    assert told(preview) == {Verdict.NEW: 1, Verdict.MALFORMED: 2, Verdict.DUPLICATE: 1}
    assert [one.row.problem for one in preview.left_out] == [
        "team_not_here",
        None,
        "email_unreadable",
    ]
    assert await step(cast) is False
    assert await cast.rows(Player) == []


async def test_players_come_with_team_guardians_and_signature(cast: Cast) -> None:
    home = await club(cast)
    await groupme(cast)
    counts = await run(
        cast, "Mia,Tigers,Dana,dana@example.org,,Omer,omer@example.org,yes\nNoa,,,,,,,no\n", home
    )
    assert counts == {"rows": 2, "added": 2, "signed": 1}
    mia, noa = await cast.rows(Player)
    assert (mia.group_id, mia.contract, mia.link_owed) == (
        cast.tigers.id,
        ContractState.SIGNED,
        False,
    )
    assert (noa.group_id, noa.contract) == (home.id, ContractState.UNSIGNED)
    assert [(one.place, one.name) for one in await cast.rows(Guardian)] == [
        (1, "Dana"),
        (2, "Omer"),
    ]
    assert len(await cast.rows(Signature)) == 1
    assert await events(cast) == ["contract.signed"]


@pytest.mark.attack(56)
async def test_the_same_list_again_changes_nothing(cast: Cast) -> None:
    text = "Mia,,Dana,dana@example.org,,Omer,,yes,\nNoa,,,,,,,,bob\nZoe,,,,,,,,@nobody\n"
    await run(cast, text)
    before = await cast.rows(Player), await cast.rows(Guardian), await events(cast)
    preview = await show(cast, text)
    assert told(preview) == {Verdict.SAME: 3}
    after = await cast.rows(Player), await cast.rows(Guardian), await events(cast)
    assert [len(rows) for rows in after] == [len(rows) for rows in before]


async def test_a_newer_list_adds_what_it_knows_and_takes_nothing_away(cast: Cast) -> None:
    await run(cast, MIA)
    counts = await run(
        cast, "mia LEVI,,Dana Levi,,+1 202 555 0143,,,\nMia Levi,,,,,Omer,omer@example.org,yes\n"
    )
    assert counts == {"rows": 1, "changed": 1}
    counts = await run(cast, "Mia Levi,,,,,Omer,omer@example.org,yes\n")
    assert counts == {"rows": 1, "changed": 1, "signed": 1}
    dana, omer = await cast.rows(Guardian)
    assert (dana.email, dana.phone, omer.email) == (
        "dana@example.org",
        "+12025550143",
        "omer@example.org",
    )


async def test_a_list_gives_players_their_team_and_the_link_follows(cast: Cast) -> None:
    home = await club(cast)
    await groupme(cast)
    mia = await add(cast, "Mia", "Dana, dana@example.org", group=home)
    await sign(cast, mia)
    await run(cast, "Mia,Tigers\n", home)
    assert (await player(cast, mia)).group_id == cast.tigers.id
    assert await events(cast) == ["contract.signed", "contract.link_due"]


async def test_a_third_guardian_and_several_of_a_name_are_left_out(cast: Cast) -> None:
    home = await club(cast)
    await add(cast, "Mia", "Dana", "Omer")
    await add(cast, "Mia", group=home)
    preview = await show(cast, "Mia,Tigers,Somebody else\n", home)
    assert [one.row.problem for one in preview.left_out] == ["too_many_guardians"]
    cubs = await cast.group("Cubs", parent=home)
    await add(cast, "Noa", group=cubs)
    await add(cast, "Noa")
    preview = await show(cast, "Noa\n", home)
    assert [one.row.problem for one in preview.left_out] == ["player_unclear"]


@pytest.mark.attack(56)
async def test_it_goes_on_where_it_was_stopped(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    text = "".join(f"Player {number}\n" for number in range(CHUNK + 1))
    await commit(cast, await show(cast, text))
    assert await step(cast)
    assert (len(await cast.rows(Player)), len(await cast.rows(RosterChunk))) == (CHUNK, 1)
    with pytest.raises(ZeroDivisionError):
        await cast.write(lambda s: (work_off_chunk(s, rulers=(), now=cast.now), 1 / 0))
    assert len(await cast.rows(Player)) == CHUNK
    assert [await step(cast), await step(cast), await step(cast)] == [True, True, False]
    assert len(await cast.rows(Player)) == CHUNK + 1
    [draft] = await cast.rows(RosterImport)
    assert (draft.state, draft.counts["added"]) == (ImportState.DONE, CHUNK + 1)
    assert len(await facts(cast, RosterImported)) == 1


async def test_whoever_may_keep_the_roster_no_more_changes_nothing(cast: Cast) -> None:
    preview = await show(cast, MIA)
    await commit(cast, preview)
    await cast.part(cast.alice, MemberState.REMOVED)
    assert [await step(cast), await step(cast)] == [True, False]
    assert [row.state for row in await cast.rows(RosterImport)] == [ImportState.BROKEN]
    assert await cast.rows(Player) == []


async def test_a_list_that_breaks_stops_no_other(cast: Cast) -> None:
    await commit(cast, await show(cast, MIA))
    await cast.write(lambda s: break_off(s, now=cast.now))
    assert (await run(cast, "Noa\n"))["added"] == 1


@pytest.mark.attack(22)
async def test_the_list_of_somebody_else_is_no_list(cast: Cast) -> None:
    preview = await show(cast, MIA)
    for who in (cast.bob, cast.charlie):
        assert (await refused(commit(cast, preview, by=who))).code == "no_such_roster"
    await commit(cast, preview)
    assert (await refused(commit(cast, preview))).code == "roster_asked"


async def test_a_list_is_kept_for_a_day(cast: Cast) -> None:
    preview = await show(cast, MIA)
    cast.clock.advance(hours=25)
    assert (await refused(commit(cast, preview))).code == "no_such_roster"
    await show(cast, "Noa\n")
    assert len(await cast.rows(RosterImport)) == 1

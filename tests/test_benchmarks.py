"""The benchmarks still run: with tiny sizes, and without a word on how fast anything is."""

from pathlib import Path

import pytest

from benchmarks import table
from benchmarks.__main__ import main
from benchmarks.backlog import backlog
from benchmarks.broadcasts import broadcasts
from benchmarks.dispatch import dispatch
from benchmarks.drain import drain
from benchmarks.ecdf import draw
from benchmarks.flood import flood
from benchmarks.growth import growth
from benchmarks.guests import guests
from benchmarks.invites import invites
from benchmarks.pacing import pacing
from benchmarks.provisioning import provisioning
from benchmarks.rate import rate
from benchmarks.rest import rest
from benchmarks.rosters import rosters
from benchmarks.soak import Look, soak, soak_rows
from benchmarks.spread import Spread
from benchmarks.start import copy_tracked, start
from benchmarks.table import Row, limited
from benchmarks.updates import updates
from benchmarks.welcome import tap_to_welcome


async def test_a_welcome_is_timed_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "welcome.svg"
    median, p99 = await tap_to_welcome(taps=2, intervals_s=(3600.0,), picture=picture)
    assert "outbox interval 3600 s" in median.case
    assert "ms" in p99.figure
    assert picture.read_text().startswith("<svg")


async def test_a_start_is_timed_and_its_memory_weighed() -> None:
    seconds, memory = await start(rounds=1, rest_s=0)
    assert "to /readyz" in seconds.case
    assert memory.holds, memory.figure


@pytest.mark.fault(59)
async def test_of_a_flood_all_is_taken_in_or_put_off_and_memory_has_bounds() -> None:
    """`make bench ARGS=flood` does the same with 50,000 updates."""
    taken, memory = await flood(updates=2_000)
    assert taken.holds, taken.figure
    assert memory.holds, memory.figure


async def test_full_accepts_are_counted_beside_a_bare_handler() -> None:
    rows = await updates(rounds=1, taps=3, on_postgres=False)
    cases = [row.case for row in rows]
    assert "aiosqlite" in cases[1]
    assert "ORM" in cases[2]
    assert "welcomes" in cases[4]
    assert [row.limit for row in rows[-2:]] == ["at least 0.5", "at least 1"]
    assert "of its rate" in rows[-1].figure


async def test_the_cost_among_few_and_among_many_is_compared() -> None:
    rows = await growth(sizes=(500, 1000), rounds=1)
    assert len(rows) in (7, 14), "PostgreSQL is left out where it can't be had"
    assert {row.limit for row in rows} == {"less than 2 ×"}


async def test_lists_and_numbers_of_invites_are_timed_by_size() -> None:
    rows = await invites(small=20, large=30, rounds=2, on_postgres=False)
    assert rows[0].case == "/invites with 30 invites on SQLite"
    assert rows[1].case.startswith("/invitestats")
    assert "× the small group's" in rows[0].figure


async def test_a_list_of_players_is_worked_off_and_its_memory_weighed() -> None:
    seconds, memory = await rosters(players=30, on_postgres=False)
    assert seconds.case == "30 signings in one import on SQLite"
    assert "MB" in memory.figure


async def test_guest_lists_are_timed_by_size_and_a_long_one_weighed() -> None:
    rows = await guests(sizes=(600, 700), rounds=1, listed=30, on_postgres=False)
    assert rows[0].case == "`/guests`, page 1 among 600 and 700 guests on SQLite"
    assert rows[-2].case == "30 guests in one list on SQLite"
    assert "MB" in rows[-1].figure


async def test_a_broadcast_is_timed_and_whom_it_holds_up() -> None:
    took, held = await broadcasts(people=600, alone=2, on_postgres=False)
    assert took.case == "a broadcast to 600 on SQLite: made into messages"
    assert "longer than alone" in held.figure


async def test_provisioning_is_timed_and_its_requests_counted() -> None:
    rows = await provisioning(groups=3, members=9, latency_s=0.001)
    assert "first run" in rows[0].case
    assert rows[1].holds is True


async def test_a_drain_is_counted_beside_its_peers() -> None:
    ours, huey, persist, bare = await drain(sizes=(20,), rounds=1, on_postgres=False)
    assert "20 deliveries" in ours.case
    assert "huey" in huey.case
    assert "persist-queue" in persist.case
    assert "of it" in bare.figure


async def test_the_cost_behind_a_backlog_is_compared() -> None:
    (row,) = await backlog(few=20, many=500, history=300, rounds=2, on_postgres=False)
    assert "500 that wait and 300 sent, on SQLite" in row.case
    assert row.limit == "at most 1.3 ×"


async def test_letters_to_a_crowd_are_counted_over_http() -> None:
    (row,) = await rate(crowd=20, rounds=1, on_postgres=False)
    assert "20 letters of a broadcast by HTTP on SQLite" in row.case
    assert "a second" in row.figure


@pytest.mark.timeout(300)
async def test_a_bot_is_watched_for_growth() -> None:
    memory, descriptors = await soak(seconds=4)
    assert "after a warm-up" in memory.figure
    assert "open" in descriptors.figure


@pytest.mark.parametrize(("ends", "holds"), [((100, 104), True), ((100, 106), False)])
def test_growth_is_told_by_the_two_ends(ends: tuple[float, float], holds: bool) -> None:
    first, last = ends
    looks = [Look(first, 20)] * 50 + [Look(first, 20)] * 30 + [Look(last, 21)] * 20
    memory, descriptors = soak_rows(looks, 60.0, 50.0)
    assert memory.holds is holds
    assert descriptors.holds is False


async def test_the_way_from_commit_to_channel_is_timed() -> None:
    median, _, recorded = await dispatch(taps=2, rounds=1, on_postgres=False)
    assert "ms" in median.figure
    assert "of it" in recorded.figure


async def test_a_crowd_is_paced_in_made_up_time() -> None:
    (row,) = await pacing(crowd=300)
    assert "refused: 0" in row.figure


def test_a_clone_holds_the_code_and_nothing_that_is_made(tmp_path: Path) -> None:
    copy_tracked(tmp_path)
    assert (tmp_path / "Makefile").exists()
    assert (tmp_path / "scripts" / "find-python").stat().st_mode & 0o100
    assert not (tmp_path / ".venv").exists()


def test_a_case_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["no-such-case"])


def test_a_figure_past_its_limit_does_not_hold() -> None:
    assert limited("start", 2.1, "2.1 s", at_most=2, unit="s").holds is False
    assert limited("start", 2.0, "2.0 s", at_most=2, unit="s").holds is True


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 2), (0.99, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_samples(share: float, expected: float) -> None:
    assert Spread([4, 1, 3, 2]).percentile(share) == expected


def test_a_table_replaces_the_one_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.write(table.markdown([Row("start", "0.9 s", "at most 2 s", holds=True)]), page)
    assert page.read_text().startswith(f"before\n{table.BEGIN}\n| what |")
    assert page.read_text().endswith(f"| start | 0.9 s | at most 2 s | yes |\n{table.END}\nafter\n")


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("nothing to fill in\n")
    with pytest.raises(ValueError, match="no markers"):
        table.write("table", page)


def test_a_curve_ends_where_every_sample_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "curve.svg"
    draw({"a <b>": [10.0, 20.0]}, title="t", path=path)
    assert "a &lt;b&gt;" in path.read_text()
    assert "624.0,40.0" in path.read_text()


async def test_rest_is_timed_beside_a_bare_handler() -> None:
    rows = await rest(size=500, large=600, requests=3, rounds=1, crowd_of=3, on_postgres=False)
    assert [row.case for row in rows[:3]] == [
        "REST: invite info on SQLite",
        "REST: accept on SQLite",
        "REST: member list on SQLite",
    ]
    assert rows[3].holds is True
    assert rows[4].case.endswith("memory")
    assert rows[4].holds, rows[4].figure

"""GroupMe's groups compared with ours: tied, shared, heard by a bot; and run twice, nothing."""

from __future__ import annotations

import pytest

from bot.groupme_api import GroupMeError
from bot.groupme_voice import Voice
from bot.platforms.groupme.patience import Patience
from bot.platforms.groupme.reconcile import AT_ONCE, Reconciler, operator
from bot.reconciled import summary
from bot.sandbox.faults import Fault
from bot.sandbox.groupme.things import Group
from bot.texts import Reader
from core.chats import Chat
from core.chats.provisioning import RemoteRoom
from core.chats.reconciliations import Report
from core.chats.ties import tie_rooms
from core.platform_notes import PlatformNote
from tests.bot.platforms.groupme.rig import CALLBACK_URL, GroupMeRig
from tests.cast import Cast, Clock, Place, Somebody, met, rows

SHARE = "POST /groups/:group/update"


@pytest.fixture
def cast(rig: GroupMeRig, clock: Clock) -> Cast:
    """Alice's Tigers, whose name is that of Dana's group on GroupMe."""
    return met(rig.ground.database, clock)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def reconciler(rig: GroupMeRig, pauses: list[float]) -> Reconciler:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    return Reconciler(rig.groupme, rig.voice, rig.ground, Patience(pause))


async def run(reconciler: Reconciler, *, dry_run: bool = False) -> Report:
    return await reconciler.run(operator, dry_run=dry_run)


def add(rig: GroupMeRig, name: str, *roles: str, share: bool = False) -> Group:
    """One more group on GroupMe that our account is in."""
    group = rig.world.add_group(name, rig.dana.address, share=share)
    rig.world.put_in(group, rig.world.club, *(roles or ("admin",)))
    return group


async def teams(cast: Cast, *names: str) -> list[Place]:
    return [await cast.group(name) for name in names]


async def tie(cast: Cast, who: Somebody, room: RemoteRoom) -> bool:
    ties = [(cast.tigers.id, room)]
    new = await cast.write(
        lambda s: tie_rooms(s, who(s), platform="groupme", ties=ties, now=cast.now)
    )
    return bool(new)


async def test_a_group_of_the_same_name_is_tied_shared_and_gets_a_bot(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    rig.world.bots.clear()
    report = await run(reconciler)
    [chat] = await cast.rows(Chat)
    assert (chat.address, chat.group_id) == (rig.room.address, cast.tigers.id)
    assert chat.share_url == rig.group.share_url is not None
    assert [bot.callback_url for bot in rig.world.bots.values()] == [CALLBACK_URL]
    assert (report.changed, report.missing, report.matched) == (["Tigers"], [], 0)


async def test_run_twice_it_changes_nothing(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    await run(reconciler)
    before = [dict(vars(chat)) for chat in await cast.rows(Chat)]
    ledger = len(rig.sandbox.ledger.entries)
    report = await run(reconciler)
    after = [dict(vars(chat)) for chat in await cast.rows(Chat)]
    assert (report.changed, report.matched, len(after)) == ([], 1, len(before))
    assert len(rig.sandbox.ledger.entries) == ledger


async def test_a_dry_run_changes_nothing_and_says_what_it_would(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    report = await run(reconciler, dry_run=True)
    assert (report.changed, await cast.rows(Chat)) == (["Tigers"], [])
    assert rig.sandbox.ledger.entries == []


async def test_all_pages_are_read(rig: GroupMeRig, cast: Cast, reconciler: Reconciler) -> None:
    for number in range(230):
        add(rig, f"Room {number}", share=True)
    assert (await run(reconciler, dry_run=True)).rooms == 231


async def test_no_group_takes_more_than_three_requests(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    names = [f"Team {number}" for number in range(30)]
    for name in names:
        add(rig, name)
    await teams(cast, *names)
    rig.sandbox.groupme_api.calls.clear()
    report = await run(reconciler)
    assert len(report.changed) == 31
    assert len(rig.sandbox.groupme_api.calls) <= 3 * 31


async def test_only_so_many_requests_run_at_once(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    rig.sandbox.groupme_api.most_at_once = AT_ONCE
    rig.sandbox.groupme_api.latency_s = 0.01
    names = [f"Team {number}" for number in range(30)]
    for name in names:
        add(rig, name)
    await teams(cast, *names)
    assert len((await run(reconciler)).changed) == 31


async def test_near_names_wait_for_a_tap(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    add(rig, "U12 Lions")
    await teams(cast, "Lions U12")
    report = await run(reconciler)
    assert [(one.group, one.room) for one in report.near] == [("Lions U12", "U12 Lions")]
    assert len(await cast.rows(Chat)) == 1


async def test_a_group_without_a_room_is_missing_and_a_lost_room_an_orphan(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    await run(reconciler)
    rig.world.put_out(rig.group, rig.world.club.id)
    await teams(cast, "Bears")
    report = await run(reconciler)
    assert [one.group for one in report.missing] == ["Bears"]
    assert report.orphaned == ["Tigers"]


async def test_where_we_are_no_admin_the_link_stays_off_and_that_is_told(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    add(rig, "Bears", "user")
    await teams(cast, "Bears")
    assert (await run(reconciler)).unshared == ["Bears"]


async def test_new_names_and_links_are_taken_over(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    await run(reconciler)
    rig.group.name = "The Tigers"
    rig.world.share(rig.group.id)
    assert (await run(reconciler)).changed == ["The Tigers"]
    [chat] = await cast.rows(Chat)
    assert (chat.title, chat.share_url) == ("The Tigers", rig.group.share_url)


@pytest.mark.fault(52)
@pytest.mark.parametrize("method", ["GET /groups", SHARE, "GET /bots"])
async def test_when_groupme_is_busy_it_waits(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler, pauses: list[float], method: str
) -> None:
    rig.sandbox.faults.add(Fault(method, status=420))
    assert (await run(reconciler)).changed == ["Tigers"]
    assert max(pauses) > 50


@pytest.mark.fault(52)
async def test_broken_off_midway_it_is_simply_run_again(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    rig.sandbox.faults.add(Fault("GET /bots", times=100, status=502, body="<html>"))
    with pytest.raises(GroupMeError):
        await run(reconciler)
    rig.sandbox.faults.clear()
    rig.world.bots.clear()
    assert (await run(reconciler)).changed == ["Tigers"]
    assert (await run(reconciler)).changed == []


@pytest.mark.fault(51)
async def test_creating_is_tried_once_and_remembered_as_closed(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    [bears] = await teams(cast, "Bears")
    for _ in range(2):
        report = await reconciler.run(operator, create_for=bears.id)
        assert (report.closed, [one.group for one in report.missing]) == (True, ["Bears"])
    assert rig.sandbox.groupme_api.calls.count("POST /groups") == 1


async def test_where_creating_is_open_the_group_gets_its_room(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    rig.world.open_to_apps = True
    [bears] = await teams(cast, "Bears")
    report = await reconciler.run(operator, create_for=bears.id)
    made = rig.world.find_group("Bears")
    chats = {chat.group_id: chat for chat in await cast.rows(Chat)}
    assert chats[bears.id].share_url == made.share_url
    assert report.missing == []


@pytest.mark.attack(33)
async def test_nobody_ties_a_room_that_they_do_not_run_on_groupme(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    lions = await cast.group("Tigers", owner=cast.charlie)

    report = await reconciler.run(cast.charlie)
    assert await cast.rows(Chat) == []
    assert [one.group_id for one in report.missing] == [lions.id]
    assert report.foreign == 1
    assert "Is one of them yours?" in Reader("en", "UTC").plain(summary(report))


async def test_a_right_that_is_gone_ties_nothing(rig: GroupMeRig, cast: Cast) -> None:
    room = RemoteRoom(rig.room.address, "Tigers", None)
    for who, expected in ((cast.bob, False), (cast.alice, True), (cast.alice, False)):
        assert await tie(cast, who, room) is expected


async def test_bots_are_remembered_by_their_rooms(
    rig: GroupMeRig, cast: Cast, reconciler: Reconciler
) -> None:
    await run(reconciler)
    again = Voice(rig.groupme, rig.ground, CALLBACK_URL)
    rig.sandbox.groupme_api.calls.clear()
    assert await again.bot_of(rig.group.id) == rig.bot.bot_id
    assert rig.sandbox.groupme_api.calls == []
    assert len(await rows(rig.ground.database, PlatformNote)) == 1

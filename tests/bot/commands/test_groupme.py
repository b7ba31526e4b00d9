"""/groupme: asked in chat, done by the worker, told in private."""

from __future__ import annotations

import pytest

from bot.notices import Notice, render
from bot.texts import Reader
from core.chats.reconciliations import ACCOUNT_NOTE, Missing, Near, Reconciliation, Report, finish
from core.facts import RoomsReconciled
from core.platform_notes import remember
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk

REPORT = Report(
    matched=3,
    changed=["Bears"],
    missing=[Missing(group_id=1, group="Tigers")],
    ambiguous=["U12"],
    near=[Near(group_id=1, group="Tigers", address="group:7", room="The Tigers", share_url=None)],
    orphaned=["Old room"],
    unshared=["Cubs"],
)


@pytest.fixture
async def talk(talk: Talk) -> Talk:
    cast = talk.cast
    await cast.write(
        lambda s: remember(s, platform="groupme", name=ACCOUNT_NOTE, value="Club", now=cast.now)
    )
    return talk


async def report(talk: Talk, found: Report) -> Heard:
    """Alice has asked, and this came of it."""
    cast = talk.cast
    await talk.say(cast.alice, "/groupme reconcile")
    asked = (await cast.rows(Reconciliation))[-1]
    await cast.write(lambda s: finish(s, asked.id, found, now=cast.now))
    return await talk.say(cast.alice, "/groupme")


async def test_it_is_asked_for_and_told_later(talk: Talk) -> None:
    assert "asking GroupMe" in (await talk.say(talk.cast.alice, "/groupme reconcile")).text
    assert "asking GroupMe" in (await talk.say(talk.cast.alice, "/groupme")).text
    assert len(await talk.cast.rows(Reconciliation)) == 1


async def test_the_report_names_what_needs_an_eye(talk: Talk) -> None:
    told = await report(talk, REPORT)
    for name in ("In order: 3", "Bears", "Tigers", "U12", "Old room", "Cubs"):
        assert name in told.text
    assert "/groupme tie 7 group=1" in told.lines
    assert "/groupme create group=1" in told.lines


async def test_where_creating_is_closed_the_app_is_named(talk: Talk) -> None:
    told = await report(talk, REPORT.model_copy(update={"closed": True}))
    assert "Create them in its app" in told.text
    assert "/groupme create group=1" not in told.lines


async def test_the_same_is_told_in_private(talk: Talk) -> None:
    shown = await report(talk, REPORT)
    asked = (await talk.cast.rows(Reconciliation))[-1]
    fact = RoomsReconciled(group_id=1, person_id=talk.cast.alice.id, asked_id=asked.id)
    notice = await talk.cast.read(lambda s: render(s, "rooms_reconciled", fact))
    assert isinstance(notice, Notice)
    assert Reader("en", "UTC").plain(notice.text).splitlines()[0] in shown.text


async def test_a_room_does_not_see_all_of_somebody_s_groups(talk: Talk) -> None:
    await talk.cast.bind()
    await report(talk, REPORT)
    told = await talk.say(talk.cast.alice, "/groupme", TEAM_ROOM)
    assert told.refused
    assert "Tigers" not in told.text


async def test_creating_is_asked_about_first(talk: Talk) -> None:
    alice, tigers = talk.cast.alice, talk.cast.tigers
    asked = await talk.say(alice, f"/groupme create group={tigers.id}")
    assert await talk.cast.rows(Reconciliation) == []
    await talk.tap(alice, asked.lines[0])
    [made] = await talk.cast.rows(Reconciliation)
    assert made.create_for_id == tigers.id


@pytest.mark.parametrize("line", ["/groupme reconcile", "/groupme", "/groupme tie 7 group=1"])
@pytest.mark.parametrize("name", ["bob", "charlie"])
async def test_who_runs_no_group_is_refused(talk: Talk, name: str, line: str) -> None:
    assert (await talk.say(getattr(talk.cast, name), line)).refused
    assert await talk.cast.rows(Reconciliation) == []


async def test_an_outsider_creates_nothing(talk: Talk) -> None:
    line = f"/groupme create group={talk.cast.tigers.id}"
    assert (await talk.say(talk.cast.charlie, line)).refused


@pytest.mark.parametrize("line", ["/groupme tie", "/groupme tie 7", "/groupme no such deed"])
async def test_nonsense_is_answered(talk: Talk, line: str) -> None:
    assert (await talk.say(talk.cast.alice, line)).refused

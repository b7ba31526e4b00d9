"""/stats, /export and /duplicates: numbers, files that are read back, pairs."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from bot.charts import Chart
from core.access import Role
from core.guests import GuestStatus
from tests.bot.commands.guest_talk import EventTalk, event_talk
from tests.bot.commands.talk import Heard, words
from tests.cast import Cast
from tests.core.eventing import put_guest

LIST = (
    "First name,Last name,Phone,Email,Side,Household,Plus one,Children,RSVP,Table,Notes\n"
    "Dana,Levi,0501111111,dana@x.org,bride,The Levis,Omer,1,yes,4,=cmd|' /C calc'!A0\n"
    "Noa,,0521111111,,groom,The Cohens,0,0,no,,\n"
    "Gil,Bar,,,groom,The Cohens,2,0,,4,-1+1\n"
)


@pytest.fixture
async def talk(cast: Cast) -> EventTalk:
    talk = await event_talk(cast, region="IL", plus_ones=2, capacity=10)
    shown = await talk.say(talk.cast.alice, f"/import\n{LIST}")
    await talk.tap(talk.cast.alice, shown.lines[0])
    return talk


def content(heard: Heard) -> bytes:
    document = heard.answer.reply.document
    assert document is not None
    return document.content


async def test_an_event_in_numbers(talk: EventTalk) -> None:
    heard = await talk.say(talk.cast.alice, "/stats")
    assert heard.text.startswith(
        "Cup final in numbers\nno answer yet: 1 (3 heads)\ncoming: 1 (3 heads)\n"
        "not coming: 1 (1 heads)\nHeads that come: 3 of 10\nof them children: 1"
    )
    assert "groom: 0 come, 1 don't, 1 have not answered, of 2" in heard.text
    assert "2 households: of 1 somebody comes, 1 have all answered" in heard.text
    assert "4: 1 come, 0 don't, 1 have not answered, of 2" in heard.text
    assert "Alice: 1 come, 1 don't, 1 have not answered, of 3" in heard.text
    assert "Answers of the last 14 days: ▁▁▁▁▁▁▁▁▁▁▁▁▁█ 2" in heard.text
    chart = heard.answer.reply.picture
    assert isinstance(chart, Chart)
    assert [(bar.value, bar.out_of) for bar in chart.bars[:3]] == [(1, 3), (1, 3), (1, 3)]


async def test_who_was_taken_off_the_list_is_in_no_number(talk: EventTalk) -> None:
    await talk.say(talk.cast.alice, "/guests set=removed")
    heard = await talk.say(talk.cast.alice, "/stats")
    assert "Heads that come: 0 of 10" in heard.text
    assert "bride" not in heard.text


@pytest.mark.attack(51)
async def test_a_csv_holds_no_formula_and_is_read_back_as_it_was(talk: EventTalk) -> None:
    data = content(await talk.say(talk.cast.alice, "/export csv"))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1][2] == "'+972501111111"
    assert rows[1][11].startswith("'=cmd")
    again = await talk.hand_file(talk.cast.alice, data, "/import")
    assert "Not readable" not in again.text
    assert "New" not in again.text


@pytest.mark.attack(51)
async def test_a_spreadsheet_holds_texts_and_changes_nothing_when_it_is_read_back(
    talk: EventTalk,
) -> None:
    data = content(await talk.say(talk.cast.alice, "/export"))
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Guests", "Headcount", "Seating"]
    cell = book["Guests"]["L2"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")
    assert [[one.value for one in row] for row in book["Seating"]["A2:C2"]] == [["4", 1, 3]]
    again = await talk.hand_file(talk.cast.alice, data, "/import")
    assert "As they are already: 3" in again.text
    assert again.lines == []


async def test_an_export_may_be_narrowed(talk: EventTalk) -> None:
    data = content(await talk.say(talk.cast.alice, "/export csv status=yes"))
    assert [row[0] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))][1:] == ["Dana"]


@pytest.mark.attack(17)
@pytest.mark.parametrize("line", ["/stats", "/export", "/export csv", "/duplicates"])
async def test_charlie_gets_no_number_and_no_file(talk: EventTalk, line: str) -> None:
    heard = await talk.say(talk.cast.charlie, f"{line} group={talk.event.id}")
    assert heard.text == words("group_unknown")
    assert heard.answer.reply.document is None


async def test_a_viewer_sees_numbers_and_takes_no_file_along(talk: EventTalk) -> None:
    viewer = await talk.organiser(Role.VIEWER)
    assert "in numbers" in (await talk.say(viewer, "/stats")).text
    assert (await talk.say(viewer, "/export")).refused
    assert (await talk.say(viewer, "/duplicates")).refused


async def test_pairs_are_merged_and_parted_by_buttons(talk: EventTalk) -> None:
    shared = {"phone_key": "+972521111111", "phone": "+972521111111"}
    await put_guest(talk.cast, talk.event, "Noah", **shared)
    heard = await talk.say(talk.cast.alice, "/duplicates")
    assert "1. the same number:\n• Noa, not coming" in heard.text
    assert heard.labels[:2] == ["1: Merge", "1: Keep both"]
    merged = await talk.tap(talk.cast.alice, heard.lines[0])
    assert "Merged: Noa" in merged.text
    assert "Nobody is twice on the list" in merged.text
    undo = next(line for line in merged.lines if line.startswith("/undo"))
    await talk.tap(talk.cast.alice, undo)
    assert "Noah" in (await talk.say(talk.cast.alice, "/duplicates")).text
    kept = await talk.tap(talk.cast.alice, heard.lines[1])
    assert "They stay two." in kept.text
    statuses = [one.status for one in await talk.guests()]
    assert statuses.count(GuestStatus.DECLINED) == 1

"""/bulkinvite: pasted, attached, answered or said next; shown first, invited on a tap."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from bot.command import Attachment
from core.invites import Invite
from core.invites.bulk_drafts import BulkDraft
from core.tokens import digest, is_token
from tests.bot.commands.talk import TEAM_ROOM, Heard, Outside, Talk, words

LIST = "Dana,@dana\nOmer,+12025550143\nBob,@bob\nNobody,123456"
FILE = Attachment("file-1", "guests.csv", 99)


class FileOutside(Outside):
    """A platform that hands out one file."""

    content: bytes | None = LIST.encode()

    async def download(self, attachment: Attachment) -> bytes | None:
        return self.content


def table(heard: Heard) -> list[list[str]]:
    """The rows of the file that came with the answer."""
    document = heard.answer.reply.document
    assert document is not None
    return list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))


async def test_pasted_lines_are_shown_before_anybody_is_invited(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/bulkinvite role=editor\n{LIST}")
    assert "Ready: 2\nMembers already: 1\nNot readable: 1" in heard.text
    assert "Line 4: Nobody, 123456 – no phone number that I can read" in heard.text
    assert heard.labels == ["Invite 2 people", "Cancel"]
    assert table(heard)[1:] == [
        ["3", "Bob, @bob", "a member already"],
        ["4", "Nobody, 123456", "no phone number that I can read"],
    ]
    assert await talk.cast.rows(Invite) == []


async def test_a_tap_invites_and_hands_out_the_links_as_a_file(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/bulkinvite role=editor\n{LIST}")
    heard = await talk.tap(talk.cast.alice, shown.lines[0])
    assert "2 links are in the file: hand them over." in heard.text
    [header, *rows] = table(heard)
    assert (header, [row[0] for row in rows]) == (["Who", "Link", "Invite"], ["Dana", "Omer"])
    tokens = [row[1].partition("start=j_")[2] for row in rows]
    assert all(is_token(token) for token in tokens)
    made = await talk.cast.rows(Invite)
    assert [(row.role.value, row.public_id) for row in made] == [
        ("editor", rows[0][2]),
        ("editor", rows[1][2]),
    ]
    assert digest(tokens[0]) != digest(tokens[1])


@pytest.mark.attack(56)
async def test_the_same_list_again_changes_nothing_and_says_so(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/bulkinvite\n{LIST}")
    await talk.tap(talk.cast.alice, shown.lines[0])
    again = await talk.tap(talk.cast.alice, shown.lines[0])
    assert again.text == words("list_done", group="Tigers")
    heard = await talk.say(talk.cast.alice, f"/bulkinvite\n{LIST}")
    assert "Nobody is left to invite. Nothing has changed." in heard.text
    assert heard.lines == []
    assert len(await talk.cast.rows(Invite)) == 2


async def test_cancelling_forgets_the_list(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/bulkinvite\n{LIST}")
    heard = await talk.tap(talk.cast.alice, shown.lines[1])
    assert heard.text.startswith("The list for Tigers is forgotten")
    assert await talk.cast.rows(BulkDraft) == []
    assert (await talk.tap(talk.cast.alice, shown.lines[0])).text == words("no_such_list")


async def test_the_list_may_be_the_next_message(talk: Talk) -> None:
    asked = await talk.say(talk.cast.alice, "/bulkinvite role=editor")
    assert "Whom shall I invite to Tigers?" in asked.text
    shown = await talk.say(talk.cast.alice, LIST)
    assert "Ready: 2" in shown.text
    await talk.tap(talk.cast.alice, shown.lines[0])
    assert {row.role.value for row in await talk.cast.rows(Invite)} == {"editor"}
    assert (await talk.say(talk.cast.alice, "thanks")).text == words("no_command")


async def test_what_is_said_much_later_is_no_list(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/bulkinvite")
    talk.cast.clock.advance(minutes=11)
    assert (await talk.say(talk.cast.alice, LIST)).text == words("no_command")


async def test_a_command_in_between_is_a_command(talk: Talk) -> None:
    await talk.say(talk.cast.alice, "/bulkinvite")
    assert "Bob" in (await talk.say(talk.cast.alice, "/members")).text
    assert "Ready: 2" in (await talk.say(talk.cast.alice, LIST)).text


async def test_the_list_may_be_the_message_that_is_answered(talk: Talk) -> None:
    incoming = replace(talk.incoming(talk.cast.alice, "/bulkinvite"), quoted=LIST)
    answer = await talk.hand_in(incoming)
    assert answer is not None
    assert "Ready: 2" in Heard(answer).text


@pytest.mark.parametrize("caption", ["/bulkinvite", "/bulkinvite role=editor"])
async def test_the_list_may_be_a_file(talk: Talk, caption: str) -> None:
    talk.outside = FileOutside()
    await talk.say(talk.cast.alice, "/bulkinvite")
    incoming = replace(talk.incoming(talk.cast.alice, caption), attachment=FILE)
    answer = await talk.hand_in(incoming)
    assert answer is not None
    assert "Ready: 2" in Heard(answer).text


@pytest.mark.attack(52)
async def test_a_file_that_cannot_be_had_or_read_is_refused(talk: Talk) -> None:
    talk.outside = outside = FileOutside()
    incoming = replace(talk.incoming(talk.cast.alice, "/bulkinvite"), attachment=FILE)
    for content, code in ((None, "file_not_had"), (b"PK\x03\x04", "file_no_text")):
        outside.content = content
        answer = await talk.hand_in(incoming)
        assert answer is not None
        assert Heard(answer).text == words(code, most=1024)


async def test_a_list_in_a_room_would_show_everybody_s_numbers(talk: Talk) -> None:
    await talk.cast.bind()
    heard = await talk.say(talk.cast.alice, f"/bulkinvite\n{LIST}", TEAM_ROOM)
    assert heard.text == words("only_in_private")


async def test_who_may_not_invite_is_told_so(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, f"/bulkinvite\n{LIST}")
    assert "may invite people. Ask one of them." in heard.text
    stranger = await talk.say(talk.cast.charlie, f"/bulkinvite group={talk.cast.tigers.id}\n{LIST}")
    assert stranger.text == words("group_unknown")


@pytest.mark.attack(51)
async def test_no_cell_of_a_file_is_a_formula(talk: Talk) -> None:
    text = "Name,Phone\n=1+1,123456\n+1(202)555-0143,@a"
    heard = await talk.say(talk.cast.alice, f"/bulkinvite\n{text}")
    assert [row[1] for row in table(heard)[1:]] == ["'=1+1, 123456"]


@pytest.mark.attack(39)
async def test_another_s_list_looks_like_none(talk: Talk) -> None:
    shown = await talk.say(talk.cast.alice, f"/bulkinvite\n{LIST}")
    for who in (talk.cast.bob, talk.cast.charlie):
        assert (await talk.tap(who, shown.lines[0])).text == words("no_such_list")
    assert await talk.cast.rows(Invite) == []

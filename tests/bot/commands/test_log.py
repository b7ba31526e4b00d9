"""/log: who did what, for admins alone, ten a page, about one person, and as a file."""

from __future__ import annotations

import ast
import csv
import io
import re

import pytest

from bot.deeds import ACTIONS
from core.access import MemberState, Role
from core.chats.requests import RequestState
from core.members.transfers import TransferState
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Somebody
from tests.core.linking import link
from tests.core.rostering import add, set_terms
from tests.core.test_signing_by_link import MAIL_ALONE, by_link, mailed
from tests.house import ROOT, sources

SAID_OTHERWISE = {"facts", "routing", "contacts"}
CORE = [
    path
    for path in sources()
    if "core" in path.relative_to(ROOT).parts and path.parent.name not in SAID_OTHERWISE
]
# Where the action is put together from how it ended.
ENDS = {"request.": RequestState, "transfer.": TransferState}
NOT_NOTED = {"request.open", "request.elsewhere", "transfer.open", "confusables.json"}


def _noted() -> set[str]:
    """Each action that is noted anywhere in the core."""
    written = {text for path in CORE for text in _spelled(ast.parse(path.read_text()))}
    ended = {f"{noun}{end}" for noun, ends in ENDS.items() if noun in written for end in ends}
    return {text for text in written | ended if re.fullmatch(r"[a-z]+\.(?!id$)[a-z_]+", text)}


def _spelled(tree: ast.Module) -> set[str]:
    """The strings in a file, apart from the names of facts."""
    named = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "event_type" in ast.dump(node.targets[0])
        for part in ast.walk(node)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in named
    }


def test_every_action_that_is_noted_has_its_words() -> None:
    assert len(_noted()) > 40
    assert _noted() - set(ACTIONS) == NOT_NOTED


def test_no_words_are_kept_for_actions_that_nobody_notes() -> None:
    assert set(ACTIONS) - _noted() == set()


async def test_it_says_who_did_what_when_to_whom_and_by_what(talk: Talk) -> None:
    made = await talk.cast.invite()
    text = (await talk.say(talk.cast.alice, "/log")).text
    assert "Log of Tigers" in text
    assert f"Alice made an invite: {made.public_id}" in text
    assert "20 Nov 2026, 18:30 UTC, by telegram" in text
    assert text.index("made an invite") < text.index("founded the group")


async def test_it_is_ten_a_page(talk: Talk) -> None:
    for _ in range(10):
        await talk.cast.invite()
    first = await talk.say(talk.cast.alice, "/log")
    assert first.text.count("by telegram") == 10
    second = await talk.tap(talk.cast.alice, first.lines[0])
    assert second.text.count("by telegram") == 1
    assert "founded the group" in second.text


@pytest.mark.parametrize("who", ["bob", "@bob", "BOB", "bo"])
async def test_it_is_about_one_person(talk: Talk, who: str) -> None:
    await talk.cast.invite()
    made = await talk.cast.invite(max_uses=0)
    await talk.cast.part(talk.cast.bob, MemberState.LEFT)
    await talk.cast.accept(talk.cast.bob, made.token)
    text = (await talk.say(talk.cast.alice, f"/log {who}")).text
    assert "About Bob" in text
    assert "Bob joined by an invite" in text
    assert "Alice" not in text


async def test_several_of_a_name_are_asked_about(talk: Talk) -> None:
    for _ in range(2):
        await talk.cast.somebody("Dana", role=Role.MEMBER)
    heard = await talk.say(talk.cast.alice, "/log Dana")
    assert len(heard.lines) == 2
    assert "Nothing is written down" in (await talk.tap(talk.cast.alice, heard.lines[0])).text


@pytest.mark.attack(17)
@pytest.mark.parametrize("who", ["charlie", "@charlie", "nobody", "person=3", "person=999", "@"])
async def test_people_of_other_groups_look_like_nobody(talk: Talk, who: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/log {who}")
    assert heard.text == words("who_not_here", group="Tigers")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.VIEWER])
@pytest.mark.parametrize("line", ["/log", "/log csv", "/log bob", "/log person=2"])
async def test_only_admins_read_it(talk: Talk, role: Role, line: str) -> None:
    dana = await talk.cast.somebody(role=role)
    heard = await talk.say(dana, line)
    assert (heard.refused, "Log of" in heard.text) == (True, False)
    assert heard.answer.reply.document is None


async def test_charlie_learns_nothing(talk: Talk) -> None:
    await talk.cast.group("Lions", owner=talk.cast.charlie)
    for line in ("/log", "/log csv", "/log person=1"):
        heard = await talk.say(talk.cast.charlie, f"{line} group={talk.cast.tigers.id}")
        assert heard.text == words("group_unknown")


async def test_a_linked_person_s_deeds_are_one_person_s(talk: Talk) -> None:
    cast = talk.cast
    dana = await cast.somebody("Dana", role=Role.ADMIN)
    await cast.invite(by=dana)
    await link(cast, cast.bob, dana)
    text = (await talk.say(cast.alice, "/log bob")).text
    assert "Bob made an invite" in text
    assert "Bob joined another account with their own: Bob" in text


async def cells_of(talk: Talk, who: Somebody, line: str) -> list[list[str]]:
    document = (await talk.say(who, line)).answer.reply.document
    assert document is not None
    assert document.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(document.content.decode("utf-8-sig"))))


@pytest.mark.attack(51)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
async def test_the_file_holds_no_formula(talk: Talk, name: str) -> None:
    dana = await talk.cast.somebody(name, role=Role.ADMIN)
    await talk.cast.invite(by=dana)
    rows = await cells_of(talk, talk.cast.alice, "/log csv")
    assert rows[1][1] == f"'{name}"
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


async def test_the_file_may_be_about_one_person(talk: Talk) -> None:
    await talk.cast.invite()
    assert [row[2] for row in await cells_of(talk, talk.cast.alice, "/log alice csv")] == [
        "action",
        "invite.created",
        "group.created",
    ]
    assert len(await cells_of(talk, talk.cast.alice, "/log bob csv")) == 1


async def test_the_file_is_not_for_rooms(talk: Talk) -> None:
    await talk.cast.bind()
    heard = await talk.say(talk.cast.alice, "/log csv", TEAM_ROOM)
    assert heard.text == words("only_in_private")
    assert heard.answer.reply.document is None


async def test_a_player_is_named_and_so_is_the_way_by_which_a_guardian_signed(talk: Talk) -> None:
    seen = await set_terms(talk.cast)
    token = await mailed(talk.cast, await add(talk.cast, "Mia Katz", MAIL_ALONE))
    await by_link(talk.cast, token, seen)
    text = (await talk.say(talk.cast.alice, "/log")).text
    assert "A guardian, by the link in a mail, signed a contract: Mia Katz" in text
    assert "Alice put a player on the roster: Mia Katz" in text

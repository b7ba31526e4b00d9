"""What people and programs may type: a clear answer each, and no trace in the data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.texts import Verbatim
from core.groups import Group
from tests.bot.commands.talk import Talk, words

BOUNDS = {"shortest": timedelta(hours=1), "longest": timedelta(days=90)}
USES = {"option": Verbatim("uses")}
ROLES = "owner, admin (coach), editor (manager), member (player, parent), viewer"
OFFER = {"option": "colour", "known": Verbatim("ask=, label=, note=, role=, ttl=, uses=")}

CASES: list[tuple[str, str, dict[str, Any]]] = [
    ('/invite note="x', "unbalanced_quotes", {}),
    ("/invite note=“x", "unbalanced_quotes", {}),
    ('/members "', "unbalanced_quotes", {}),
    ('/newgroup Tim\'s "A" team"', "unbalanced_quotes", {}),
    ("/invite " + "x" * 5000, "line_too_long", {"limit": 4096}),
    ("/start " + "x" * 5000, "line_too_long", {"limit": 4096}),
    ("/invite uses=-1", "not_a_number", USES),
    ("/invite uses=1e9", "not_a_number", USES),
    ("/invite uses=five", "not_a_number", USES),
    ("/invite uses=", "empty_option", USES),
    ("/invite uses=٣", "not_a_number", USES),
    ("/invite uses=1.5", "not_a_number", USES),
    ("/invite uses=" + "9" * 400, "not_a_number", USES),
    ("/invite uses=1000000000", "uses_out_of_bounds", {"most": 99_999}),
    ("/invite ttl=0h", "ttl_out_of_bounds", BOUNDS),
    ("/invite ttl=100d", "ttl_out_of_bounds", BOUNDS),
    ("/invite ttl=5", "not_a_span", {"value": "5"}),
    ("/invite ttl=-3h", "not_a_span", {"value": "-3h"}),
    ("/invite ttl=9999999999w", "not_a_span", {"value": "9999999999w"}),
    ("/invite role=king", "no_such_role", {"role": "king", "known": ROLES}),
    ("/invite role= editor", "empty_option", {"option": Verbatim("role")}),
    ('/invite note=""', "empty_option", {"option": Verbatim("note")}),
    ("/invite colour=red", "unknown_option", OFFER),
    ("/invite note=" + "x" * 201, "note_too_long", {"limit": 200}),
    ("/invite Ben Dana", "who_not_known", {"who": "Ben Dana"}),
    ("/invite @no-body", "username_unreadable", {"who": "@no-body"}),
    ("/invite a@b@c.org", "email_unreadable", {"email": "a@b@c.org"}),
    ("/invite 12345678", "phone_unreadable", {"phone": "12345678"}),
    ("/invites open", "no_such_status", {"status": "open"}),
    ("/revoke", "which_invite", {"usage": Verbatim("/revoke inv_…")}),
    ("/revoke 1", "no_such_invite", {"invite": "1"}),
    ("/revoke %", "no_such_invite", {"invite": "%"}),
    ("/newgroup", "missing", {"usage": Verbatim("/newgroup Tigers")}),
    ("/newgroup " + "x" * 65, "name_too_long", {"limit": 64}),
    ("/group Wolves", "group_unknown", {}),
    ("/members after=x", "not_a_number", {"option": Verbatim("after")}),
    ("/frobnicate", "unknown_command", {"command": Verbatim("/frobnicate")}),
    ("/FROB now", "unknown_command", {"command": Verbatim("/frob")}),
    ("hello", "no_command", {}),
    ("/", "no_command", {}),
    ("//help", "no_command", {}),
    ("/help, please", "no_command", {}),
    ("/" + "x" * 33, "no_command", {}),
    ("", "no_command", {}),
]


@pytest.mark.parametrize(("line", "code", "fields"), CASES, ids=lambda value: str(value)[:40])
async def test_a_line_that_cannot_be_done_is_answered_and_leaves_nothing(
    talk: Talk, line: str, code: str, fields: dict[str, Any]
) -> None:
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, line)
    assert heard.text == words(code, **fields)
    assert heard.refused
    assert await talk.everything() == before


@pytest.mark.attack(40)
@pytest.mark.parametrize("data", ["", "hello", "/frobnicate", "/", "accept inv_x", '{"a": 1}'])
async def test_a_button_that_is_not_ours_says_so(talk: Talk, data: str) -> None:
    before = await talk.everything()
    heard = await talk.tap(talk.cast.alice, data)
    assert heard.text == words("button_unknown")
    assert heard.refused
    assert await talk.everything() == before


@pytest.mark.attack(49)
@pytest.mark.parametrize("line", ["/revoke {}", "/invite {}", "/members {}", "/invites {}"])
async def test_an_answer_never_repeats_a_screenful(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line.format("x" * 4000))
    assert len(heard.text) < 450


@pytest.mark.attack(45)
@pytest.mark.parametrize("line", ["/revoke {}", "/invite {}", "/members {}", "/invites {}"])
async def test_an_answer_repeats_no_direction_tricks(talk: Talk, line: str) -> None:
    heard = await talk.say(talk.cast.alice, line.format("a\u202eb\u2069c"))
    assert "abc" in heard.text
    assert "\u202e" not in heard.html
    assert heard.html.count("\u2068") == heard.html.count("\u2069")


@pytest.mark.attack(44)
@pytest.mark.parametrize("name", ["<b>", "</a>", "&amp;", "<a href='x'>", "{0}", "%s", "<b>x</b>"])
async def test_markup_in_a_name_is_shown_as_it_was_typed(talk: Talk, name: str) -> None:
    await talk.say(talk.cast.charlie, f"/newgroup {name}")
    heard = await talk.say(talk.cast.charlie, "/groups")
    assert (await talk.cast.rows(Group))[-1].name == name
    assert f"• {name} – owner, current" in heard.text


@pytest.mark.attack(58)
async def test_sql_in_a_name_is_a_name(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    name = "'); DROP TABLE groups; --"
    await talk.say(talk.cast.charlie, f"/newgroup {name}")
    assert [group.name for group in await talk.cast.rows(Group)] == ["Tigers", name]

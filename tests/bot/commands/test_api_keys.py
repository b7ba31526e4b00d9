"""/apikey: a key is told once, to its owner alone, and opens no more than they say."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from bot.redaction import HIDDEN, Redactor
from core.access import Permission, Scope
from core.api_keys import ApiKey, find_key, scope_of
from core.tokens import is_key, new_key
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words


def key_in(heard: Heard) -> str:
    [key] = [word for word in re.findall(r"usk_[\w-]+", heard.text) if is_key(word)]
    return str(key)


async def test_without_a_key_it_says_how_to_make_one(talk: Talk) -> None:
    heard = await talk.say(talk.cast.charlie, "/apikey")
    assert "/apikey new" in heard.text


async def test_a_key_is_told_once_and_kept_nowhere(talk: Talk) -> None:
    made = await talk.say(talk.cast.bob, "/apikey new The scoreboard")
    key = key_in(made)
    assert made.answer.reply.secret
    assert key not in repr(await talk.everything(but=frozenset()))
    listed = await talk.say(talk.cast.bob, "/apikey")
    assert "The scoreboard" in listed.text
    assert key not in listed.text
    assert "usk_" not in listed.text


async def test_a_key_is_limited_to_groups_and_rights(talk: Talk) -> None:
    cast = talk.cast
    line = '/apikey new x ttl=2w in=Tigers may="view, list_members"'
    key = key_in(await talk.say(cast.bob, line))

    def unit(s: Session) -> tuple[Scope | None, int]:
        found = find_key(s, secret=key, now=cast.now)
        assert found is not None
        return scope_of(s, found), (found.expires_at - cast.now).days

    scope, days = await cast.read(unit)
    rights = frozenset({Permission.VIEW, Permission.LIST_MEMBERS})
    assert scope == Scope(frozenset({cast.tigers.id}), rights)
    assert days == 14
    listed = await talk.say(cast.bob, "/apikey")
    assert "Tigers" in listed.text
    assert "list_members, view" in listed.text


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/apikey new x in=Nowhere", "group_unknown"),
        ("/apikey new x ttl=never", "not_a_span"),
        ("/apikey revoke key_aaaaaaaa", "no_such_key"),
    ],
)
async def test_what_is_wrong_is_said(talk: Talk, line: str, code: str) -> None:
    fields = {"not_a_span": {"value": "never"}, "no_such_key": {"key": "key_aaaaaaaa"}}
    heard = await talk.say(talk.cast.charlie, line)
    assert heard.text == words(code, **fields.get(code, {}))


@pytest.mark.parametrize("line", ["/apikey new x may=everything", "/apikey new x ttl=10m"])
async def test_what_is_out_of_bounds_makes_no_key(talk: Talk, line: str) -> None:
    assert (await talk.say(talk.cast.bob, line)).refused
    assert await talk.cast.rows(ApiKey) == []


async def test_a_tap_revokes_it(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/apikey new x")
    [line] = (await talk.say(talk.cast.bob, "/apikey")).lines
    await talk.tap(talk.cast.bob, line)
    [row] = await talk.cast.rows(ApiKey)
    assert row.revoked_at == talk.cast.now
    assert (await talk.say(talk.cast.bob, "/apikey")).lines == []


async def test_charlie_can_not_tap_bobs_button(talk: Talk) -> None:
    await talk.say(talk.cast.bob, "/apikey new x")
    [line] = (await talk.say(talk.cast.bob, "/apikey")).lines
    assert (await talk.tap(talk.cast.charlie, line)).refused
    [row] = await talk.cast.rows(ApiKey)
    assert row.revoked_at is None


async def test_in_a_room_no_key_is_shown(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/apikey new x", TEAM_ROOM)
    assert heard.text == words("only_in_private")


@pytest.mark.attack(60)
def test_a_key_is_blanked_wherever_it_would_leave_the_process() -> None:
    key = new_key()
    assert Redactor().redact(f"Bearer {key}, {key!r}") == f"Bearer {HIDDEN}, '{HIDDEN}'"

"""/paid: what costs money is decided by system admins."""

from __future__ import annotations

import pytest

from core.audit import AuditEntry
from core.deliveries.paid import PaidSending, note_balance
from tests.bot.commands.talk import Talk, words


@pytest.mark.parametrize("line", ["/paid", "/paid on", "/paid off"])
async def test_an_owner_of_a_group_may_not_decide(talk: Talk, line: str) -> None:
    before = await talk.everything()
    assert (await talk.say(talk.cast.alice, line)).text == words("paid_by_system_admins")
    assert await talk.everything() == before


async def test_a_system_admin_allows_it_and_sees_what_is_left(talk: Talk) -> None:
    talk.system_admins.add(talk.cast.charlie.sender.key())
    said = await talk.say(talk.cast.charlie, "/paid on reserve=50")
    assert "I am asking Telegram" in said.text
    await talk.cast.write(lambda s: note_balance(s, "telegram", balance=49, now=talk.cast.now))
    assert "That is too little" in (await talk.say(talk.cast.charlie, "/paid")).text
    assert "free pace" in (await talk.say(talk.cast.charlie, "/paid off")).text
    row = await talk.cast.read(lambda s: s.get_one(PaidSending, "telegram"))
    assert (row.allowed, row.reserve) == (False, 50)
    actions = [one.action for one in await talk.cast.rows(AuditEntry)]
    assert actions[-2:] == ["payment.set"] * 2


async def test_a_reserve_out_of_bounds_is_refused(talk: Talk) -> None:
    talk.system_admins.add(talk.cast.charlie.sender.key())
    said = await talk.say(talk.cast.charlie, "/paid on reserve=10000001")
    assert said.text == words("reserve_out_of_bounds", most=10_000_000)


async def test_help_shows_it_to_system_admins_only(talk: Talk) -> None:
    assert "/paid" not in (await talk.say(talk.cast.alice, "/help")).text
    talk.system_admins.add(talk.cast.charlie.sender.key())
    assert "/paid" in (await talk.say(talk.cast.charlie, "/help")).text

"""The welcome after signing as an e-mail: with team and link, refused, or kept until mail is up."""

from __future__ import annotations

import pytest

from core.players import Player
from core.welcomes import Mark, marks_of
from tests.bot.test_mail_flow import FAILED, PENDING, SENT, Office, office
from tests.core.rostering import add, sign
from tests.core.test_welcomes import groupme

__all__ = ["office"]
DANA = "dana@example.org"


async def sign_for_mia(office: Office) -> int:
    mia = await add(office.cast, "Mia Levi", f"Dana Levi, {DANA}")
    await sign(office.cast, mia)
    return (await office.cast.rows(Player))[0].id


async def mark(office: Office, player_id: int) -> Mark:
    marks = await office.cast.read(lambda s: marks_of(s, [player_id]))
    return marks[player_id]


async def test_it_names_the_team_and_its_link(office: Office) -> None:
    await groupme(office.cast)
    await sign_for_mia(office)
    assert (await office.comes_to(SENT)).kind == "contract_signed"
    [mail] = office.sandbox.mailbox.to(DANA)
    assert "Tigers" in mail.text()
    assert "https://groupme.com/join/1" in mail.text()


async def test_a_room_on_telegram_stops_no_mail(office: Office) -> None:
    await office.cast.bind()
    await sign_for_mia(office)
    await office.comes_to(SENT)
    [mail] = office.sandbox.mailbox.to(DANA)
    assert "The team’s room is on Telegram." in mail.text()


@pytest.mark.fault(56)
async def test_a_refusal_shows_at_the_player(office: Office) -> None:
    office.goes_wrong("RCPT", status=550, description="5.1.1 no such user")
    player_id = await sign_for_mia(office)
    await office.comes_to(FAILED)
    assert await mark(office, player_id) is Mark.BOUNCED


@pytest.mark.fault(56)
async def test_signing_succeeds_while_the_mail_server_is_down(office: Office) -> None:
    office.goes_wrong("MAIL", status=451, description="4.3.2 not now")
    player_id = await sign_for_mia(office)
    await office.comes_to(PENDING)
    assert (await office.cast.rows(Player))[0].is_signed
    assert await mark(office, player_id) is Mark.WAITING

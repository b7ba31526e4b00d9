"""The welcome after signing as an e-mail: with team and link, refused, or kept until mail is up."""

from __future__ import annotations

import pytest

from bot.sandbox.mail.mailbox import Mail
from core.rosters.contract_links import ContractLink
from core.rosters.contracts import send_contract
from core.rosters.players import Player
from core.rosters.signing_by_link import sign_by_link
from core.rosters.terms import Terms
from core.rosters.welcomes import Mark, marks_of
from core.tokens import digest
from tests.bot.test_mail_flow import FAILED, PENDING, SENT, Office, office
from tests.core.rostering import add, set_terms, sign
from tests.core.test_welcomes import groupme
from tests.faults.rig import until

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


async def send_to_dana(office: Office) -> int:
    """The contract of Mia, whose guardian is known by an e-mail address alone, is sent out."""
    cast = office.cast
    await set_terms(cast)
    mia = await add(cast, "Mia Levi", f"Dana Levi, {DANA}")
    await cast.write(lambda s: send_contract(s, cast.alice(s), public_id=mia, now=cast.now).id)
    return (await cast.rows(Player))[0].id


async def test_the_mail_that_sends_a_contract_has_a_link_of_the_guardian_s_own(
    office: Office,
) -> None:
    await send_to_dana(office)
    assert (await office.comes_to(SENT)).kind == "contract_card"
    [mail] = office.sandbox.mailbox.to(DANA)
    assert mail.header("Subject") == "The contract of Mia Levi is to be signed"
    assert "Be fair.\nBe kind." in mail.text().replace("\r\n", "\n")
    assert "Read and sign the contract:" in mail.text()
    assert "/sign" not in mail.text().replace("/contract/", "")
    [link] = {word for word in mail.text().split() if word.startswith("https://u.example/contract")}
    [kept] = await office.cast.rows(ContractLink)
    assert digest(link.rpartition("/")[2]) == kept.digest
    assert f'href="{link}"' in mail.text("html")


async def test_who_signs_by_it_is_welcomed_by_mail(office: Office) -> None:
    await groupme(office.cast)
    await send_to_dana(office)
    await office.comes_to(SENT)
    [mail] = office.sandbox.mailbox.to(DANA)
    token = next(word for word in mail.text().split() if "/contract/" in word).rpartition("/")[2]
    [terms] = await office.cast.rows(Terms)
    now = office.cast.now
    await office.cast.write(
        lambda s: (
            sign_by_link(
                s,
                token=token,
                name="Dana R. Levi",
                seen=terms.id,
                guessers=("address:::1",),
                now=now,
            ).first
        )
    )

    async def look() -> list[Mail]:
        return office.sandbox.mailbox.to(DANA)[1:]

    [welcome] = await until(look)
    assert "https://groupme.com/join/1" in welcome.text()

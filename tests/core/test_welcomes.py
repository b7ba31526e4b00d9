"""The welcome after signing: by e-mail and in a chat, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.chats import Chat
from core.deliveries import Delivery, DeliveryStatus
from core.deliveries.trail import View, count_trail, list_trail
from core.groups import Group, Kind
from core.groups.closing import delete_group, plan_deletion
from core.message_templates import Listed
from core.people import Identity
from core.people.conversations import stop_telling
from core.people.proofs import keep_proof
from core.rosters.contracts import welcome_again
from core.rosters.players import Player
from core.rosters.welcomes import Mark, marks_of, send_owed_links
from tests.cast import Cast, Place
from tests.core.door import reach
from tests.core.rostering import DANA, add, assign, events, guard, player, sign, told
from tests.core.test_texting import NEWS, connect

MAIL = ("contract_signed", "email", "dana@example.org", "pending")


async def club(cast: Cast) -> Place:
    """An organisation with the Tigers below it: who is added there has no team yet."""
    made = await cast.group("Club")

    def unit(s: Session) -> None:
        made(s).kind = Kind.ORG
        cast.tigers(s).parent_id = made.id

    await cast.write(unit)
    return made


async def groupme(cast: Cast, url: str | None = "https://groupme.com/join/1") -> None:
    """The Tigers have a room on GroupMe."""
    row = Chat(
        group_id=cast.tigers.id,
        platform="groupme",
        address="group:1",
        title="Tigers",
        share_url=url,
        bound_at=cast.now,
    )
    await cast.write(lambda s: s.add(row))


async def dana_is_charlie(cast: Cast) -> None:
    await cast.write(
        lambda s: keep_proof(
            s, kind="phone", address="+12025550143", person_id=cast.charlie.id, now=cast.now
        )
    )


async def settle(cast: Cast, status: DeliveryStatus, reason: str | None = None) -> None:
    values = {"status": status, "last_error": reason, "attempts": 1}
    await cast.write(lambda s: s.execute(update(Delivery).values(values)).close())


async def test_it_goes_by_mail_and_into_the_chat(cast: Cast) -> None:
    await dana_is_charlie(cast)
    await reach(cast, cast.charlie)
    await sign(cast, await add(cast, "Mia", DANA))
    chat = ("contract_signed", "telegram", cast.charlie.sender.address, "pending")
    assert await told(cast) == [MAIL, chat]


async def test_each_guardian_hears_once(cast: Cast) -> None:
    await sign(cast, await add(cast, "Mia", DANA, "Omer, omer@example.org"))
    assert [row[2] for row in await told(cast)] == ["dana@example.org", "omer@example.org"]


@pytest.mark.parametrize(
    ("guardians", "reason"),
    [
        ([], "no guardian is written down"),
        (["Dana Levi"], "no e-mail address and no phone number"),
        (["Dana Levi, +1 202 555 0143"], "no e-mail address, and not in a chat with us yet"),
    ],
)
async def test_without_a_way_nothing_is_sent_and_the_admin_sees_why(
    cast: Cast, guardians: list[str], reason: str
) -> None:
    await sign(cast, await add(cast, "Mia", *guardians))
    [(kind, _, _, status)] = await told(cast)
    assert (kind, status) == ("contract_signed", "cancelled")

    def look(s: Session) -> Any:
        return list_trail(s, cast.alice(s), group=cast.tigers(s), view=View.SKIPPED).rows

    [entry] = await cast.read(look)
    assert (entry.reason, entry.person) == (reason, "Dana Levi" if guardians else "Mia")


async def test_what_was_called_off_by_hand_is_not_among_the_skipped(cast: Cast) -> None:
    await sign(cast, await add(cast, "Mia", DANA))
    await told(cast)
    off = {"status": DeliveryStatus.CANCELLED, "last_error": "called off by hand"}
    await cast.write(lambda s: s.execute(update(Delivery).values(off)).close())
    counts = await cast.read(lambda s: count_trail(s, cast.alice(s), group=cast.tigers(s)))
    assert counts[View.SKIPPED] == 0


async def test_the_link_follows_by_itself_when_the_team_is_given(cast: Cast) -> None:
    home = await club(cast)
    await groupme(cast)
    mia = await add(cast, "Mia", DANA, group=home)
    await sign(cast, mia)
    assert (await player(cast, mia)).link_owed
    await assign(cast, mia, cast.tigers)
    assert not (await player(cast, mia)).link_owed
    assert await events(cast) == ["contract.signed", "contract.link_due"]
    assert [row[0] for row in await told(cast)] == ["contract_signed", "contract_link"]


async def test_the_link_follows_when_the_team_gets_its_room_at_last(cast: Cast) -> None:
    mia = await add(cast, "Mia", DANA)
    await sign(cast, mia)

    def owed(s: Session) -> Any:
        return send_owed_links(s, now=cast.now)

    assert await cast.write(owed) == 0
    await groupme(cast)
    assert [await cast.write(owed), await cast.write(owed)] == [1, 0]
    assert await events(cast) == ["contract.signed", "contract.link_due"]


async def test_a_room_without_a_link_on_groupme_is_no_way_in(cast: Cast) -> None:
    await groupme(cast, url=None)
    await sign(cast, await add(cast, "Mia", DANA))
    assert await cast.write(lambda s: send_owed_links(s, now=cast.now)) == 0


async def test_nobody_is_promised_a_link_whose_contract_is_not_signed(cast: Cast) -> None:
    home = await club(cast)
    await groupme(cast)
    mia = await add(cast, "Mia", DANA, group=home)
    await assign(cast, mia, cast.tigers)
    assert await events(cast) == []


@pytest.mark.parametrize(
    ("status", "mark"),
    [
        (DeliveryStatus.SENT, Mark.SENT),
        (DeliveryStatus.FAILED, Mark.BOUNCED),
        (DeliveryStatus.DEAD, Mark.BOUNCED),
        (DeliveryStatus.UNCERTAIN, Mark.UNSURE),
        (DeliveryStatus.PENDING, Mark.WAITING),
        (DeliveryStatus.CANCELLED, Mark.SKIPPED),
    ],
)
async def test_the_roster_marks_how_the_message_fared(
    cast: Cast, status: DeliveryStatus, mark: Mark
) -> None:
    mia = await add(cast, "Mia", DANA)
    noa = await player(cast, await add(cast, "Noa", DANA))
    await sign(cast, mia)
    signed = await player(cast, mia)

    def marks(s: Session) -> Any:
        return marks_of(s, [signed.id, noa.id])

    assert await cast.read(marks) == {signed.id: Mark.WAITING}
    await told(cast)
    await settle(cast, status)
    assert await cast.read(marks) == {signed.id: mark}


async def test_a_new_address_after_the_fact_gets_the_welcome_on_request(cast: Cast) -> None:
    mia = await add(cast, "Mia", "Dana Levi")
    await sign(cast, mia)
    await told(cast)
    await guard(cast, mia, DANA)
    await cast.write(lambda s: welcome_again(s, cast.alice(s), public_id=mia, now=cast.now))
    assert (await told(cast))[-1] == MAIL


async def test_players_outlive_their_team_where_a_club_stands_above(cast: Cast) -> None:
    home = await club(cast)
    mia = await add(cast, "Mia", DANA)
    await sign(cast, mia)

    def unit(s: Session) -> None:
        remains = plan_deletion(s, cast.alice(s), group=cast.tigers(s), now=cast.now)
        delete_group(s, cast.alice(s), remains=remains, now=cast.now)

    await cast.write(unit)
    [left] = await cast.rows(Player)
    assert (left.group_id, left.is_signed) == (home.id, True)
    assert await cast.read(lambda s: s.get(Group, cast.tigers.id)) is None


CONTRACT = Listed(
    "usher_contract",
    "en",
    "APPROVED",
    "UTILITY",
    "{{player}} {{group}} {{next}}",
    ("player", "group", "next"),
    is_named=True,
    buttons=0,
)
NUMBER = "+12025550143"


@pytest.mark.parametrize(("template", "how"), [(CONTRACT, "whatsapp"), (NEWS, "whatsapp")])
async def test_of_whom_a_number_alone_is_known_hears_there(
    cast: Cast, template: Listed, how: str
) -> None:
    await connect(cast, template)
    await sign(cast, await add(cast, "Mia", f"Dana Levi, {NUMBER}"))
    assert await told(cast) == [("contract_signed", how, NUMBER, "pending")]


async def test_no_number_is_written_to_without_a_template_or_beside_a_mail(cast: Cast) -> None:
    await connect(cast)
    await sign(cast, await add(cast, "Mia", f"Dana Levi, {NUMBER}"))
    assert [row[3] for row in await told(cast)] == ["cancelled"]
    await connect(cast, CONTRACT)
    await sign(cast, await add(cast, "Noa", DANA))
    assert (await told(cast))[1:] == [MAIL]


async def test_a_number_that_said_stop_is_left_alone(cast: Cast) -> None:
    await connect(cast, CONTRACT)
    row = Identity(
        person_id=cast.charlie.id, platform="whatsapp", address=NUMBER, created_at=cast.now
    )
    await cast.write(lambda s: s.add(row))
    place = {"platform": "whatsapp", "address": NUMBER}
    await cast.write(lambda s: stop_telling(s, cast.charlie(s), **place, now=cast.now))
    await sign(cast, await add(cast, "Mia", f"Dana Levi, {NUMBER}"))
    assert [row[3] for row in await told(cast)] == ["cancelled"]

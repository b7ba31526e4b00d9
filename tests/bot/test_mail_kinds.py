"""Each kind of e-mail that a parent gets goes out, and stands in the trail under its name."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.broadcasting import carry_broadcasts_on
from bot.commands.outbox_words import KINDS
from core.access import Role
from core.broadcasts.audience import Audience
from core.broadcasts.expanding import confirm_broadcast, draft_broadcast
from core.deliveries import Delivery, DeliveryStatus
from core.facts import InviteEnding
from core.invites import Offer, create_invite
from core.invites.whom import EMAIL
from core.mail.mailing import SENDER_NOTE
from core.mail.trail import list_mails
from core.outbox import record
from core.platform_notes import replace_notes
from core.rosters.mail import mail_roster
from tests.bot.test_mail_flow import ERIN, Office, office
from tests.cast import Somebody
from tests.core.rostering import add, sign
from tests.faults.rig import until

__all__ = ["office"]


async def register(office: Office, erin: Somebody) -> None:
    await office.join(erin)


async def remind(office: Office, erin: Somebody) -> None:
    """Her invite is about to end, which was made before anybody knew whose address that is."""
    cast = office.cast

    def unit(s: Session) -> None:
        offer = Offer(claim=f"{EMAIL}:{ERIN}")
        invite, _ = create_invite(s, cast.alice(s), group=cast.tigers(s), offer=offer, now=cast.now)
        record(s, InviteEnding(group_id=cast.tigers.id, invite_id=invite.id), now=cast.now)

    await cast.write(unit)


async def export_roster(office: Office, erin: Somebody) -> None:
    cast = office.cast
    await add(cast, "Noa")
    await cast.write(lambda s: mail_roster(s, erin(s), group=cast.tigers(s), now=cast.now))


async def announce(office: Office, erin: Somebody) -> None:
    cast = office.cast

    def unit(s: Session) -> None:
        draft = draft_broadcast(
            s,
            cast.alice(s),
            group=cast.tigers(s),
            text="Training is off.",
            audience=Audience(role="admin"),
            channels=[EMAIL],
            links="https://u.example/r/",
            now=cast.now,
        )
        public_id = draft.broadcast.public_id
        confirm_broadcast(s, cast.alice(s), public_id=public_id, count=1, now=cast.now)

    await cast.write(unit)
    cast.clock.advance(seconds=61)
    await carry_broadcasts_on(office.ground)


async def sign_contract(office: Office, erin: Somebody) -> None:
    await sign(office.cast, await add(office.cast, "Mia", f"Erin, {ERIN}"))


KINDS_OF_MAIL = {
    "registration": register,
    "reminder": remind,
    "roster_export": export_roster,
    "announcement": announce,
    "contract_signed": sign_contract,
}


@pytest.mark.parametrize("kind", KINDS_OF_MAIL)
async def test_it_goes_out_and_the_trail_names_it(office: Office, kind: str) -> None:
    cast, notes = office.cast, {SENDER_NOTE: "usher@club.example"}
    await cast.write(partial(replace_notes, platform=EMAIL, notes=notes, now=cast.now))
    erin = await office.met(Role.ADMIN)
    await KINDS_OF_MAIL[kind](office, erin)

    async def sent() -> list[Delivery]:
        await office.job.tick()
        rows = await cast.rows(Delivery)
        return [one for one in rows if one.status is DeliveryStatus.SENT and one.channel == EMAIL]

    assert [one.kind for one in await until(sent)] == [kind]
    [mail] = office.sandbox.mailbox.to(ERIN)
    assert mail.header("Subject")
    assert [one.get_filename() for one in mail.files()] == (
        ["roster.csv"] if kind == "roster_export" else []
    )
    trail = await cast.read(
        lambda s: list_mails(s, cast.alice(s), group=cast.tigers(s), address=ERIN).rows
    )
    assert [(one.kind, one.status) for one in trail] == [(kind, "sent")]
    assert kind in KINDS

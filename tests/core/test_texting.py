"""An invite for a phone number goes to whoever has it, where WhatsApp may begin to write."""

from __future__ import annotations

from core.chats.reconciliations import ACCOUNT_NOTE
from core.deliveries import Delivery
from core.invites import Offer
from core.invites.direct import Outcome, Result, invite_person
from core.invites.whom import read_whom
from core.message_templates import Listed, replace_templates
from core.people import Identity
from core.people.conversations import stop_telling
from core.platform_notes import remember
from core.routing import fan_out
from tests.cast import Cast

NUMBER = "+12025550177"
NEWS = Listed(
    "usher_news", "en", "APPROVED", "UTILITY", "{{text}}", ("text",), is_named=True, buttons=0
)


async def connect(cast: Cast, *templates: Listed) -> None:
    note = {"platform": "whatsapp", "name": ACCOUNT_NOTE, "value": "+1"}
    await cast.write(lambda s: remember(s, **note, now=cast.now))
    await cast.write(
        lambda s: replace_templates(s, platform="whatsapp", found=templates, now=cast.now)
    )


async def invite(cast: Cast, who: str = NUMBER) -> Result:
    return await cast.write(
        lambda s: invite_person(
            s,
            cast.alice(s),
            group=cast.tigers(s),
            whom=read_whom(who, platform="telegram", region="US"),
            offer=Offer(),
            now=cast.now,
        )
    )


async def sent(cast: Cast) -> list[tuple[str, str, str]]:
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=10))
    rows = await cast.rows(Delivery)
    return [(row.channel, row.address, row.kind) for row in rows]


async def test_a_number_that_nobody_knows_is_written_to(cast: Cast) -> None:
    await connect(cast, NEWS)
    assert (await invite(cast)).outcome is Outcome.TEXTED
    assert await sent(cast) == [("whatsapp", NUMBER, "invite_text")]


async def test_without_whatsapp_or_without_a_template_there_is_a_link_to_hand_over(
    cast: Cast,
) -> None:
    assert (await invite(cast)).outcome is Outcome.HANDED
    await connect(cast)
    assert (await invite(cast, "+12025550178")).outcome is Outcome.HANDED
    assert await sent(cast) == []


async def test_who_said_stop_is_not_written_to(cast: Cast) -> None:
    await connect(cast, NEWS)
    row = Identity(
        person_id=cast.charlie.id, platform="whatsapp", address=NUMBER, created_at=cast.now
    )
    await cast.write(lambda s: s.add(row))
    place = {"platform": "whatsapp", "address": NUMBER}
    await cast.write(lambda s: stop_telling(s, cast.charlie(s), **place, now=cast.now))
    assert (await invite(cast)).outcome is Outcome.HANDED

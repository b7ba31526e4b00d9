"""What a webhook is told, from the fact in the outbox to the channel's hands."""

from dataclasses import dataclass, field

import pytest

from bot.ground import Ground
from bot.notices import Post, Telling
from bot.telling import Teller
from bot.texts import Reader
from core.deliveries.claims import claim_due
from core.deliveries.settlements import Settlement
from core.routing import fan_out
from core.webhooks import create_webhook, remove_webhook, restart_webhook
from core.webhooks.fates import note_failure
from tests.cast import Cast

READER = Reader("en", "UTC")


@dataclass
class Hands:
    """A channel that keeps what it is to post."""

    posts: list[Post] = field(default_factory=list)

    async def send(self, address: str, telling: Telling, reader: Reader) -> str | None:
        assert isinstance(telling, Post)
        self.posts.append(telling)
        return None


async def hook(cast: Cast) -> str:
    return await cast.write(
        lambda s: (
            create_webhook(
                s,
                cast.alice(s),
                group=cast.tigers(s),
                url="https://hooks.example.org/",
                events=None,
                now=cast.now,
            ).public_id
        )
    )


async def tell_all(cast: Cast, hands: Hands) -> list[Settlement]:
    """What became of everything that waits for webhooks."""
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=100))
    claims = await cast.write(lambda s: claim_due(s, now=cast.now, limit=100))
    teller = Teller(Ground(cast.database, clock=cast.clock), {"webhook": hands}, reader=READER)
    return [await teller.tell(one) for one in claims if one.channel == "webhook"]


async def test_it_says_what_happened_where_and_to_whom(sqlite_cast: Cast) -> None:
    cast, hands = sqlite_cast, Hands()
    public_id = await hook(cast)
    invite = await cast.invite()
    await cast.accept(cast.charlie, invite.token)
    await tell_all(cast, hands)
    joined, accepted = sorted(hands.posts, key=lambda one: str(one.body["type"]), reverse=True)
    assert joined.body == {
        "type": "member.joined",
        "timestamp": "2026-11-20T18:30:00+00:00",
        "data": {
            "group": {"id": cast.tigers.id, "name": "Tigers"},
            "person": {"id": cast.charlie.id, "name": "Charlie"},
            "invite": invite.public_id,
        },
    }
    assert accepted.body["type"] == "invite.accepted"
    assert joined.message_id != accepted.message_id
    assert joined.webhook == public_id


@pytest.mark.attack(24)
async def test_no_token_is_told(sqlite_cast: Cast) -> None:
    cast, hands = sqlite_cast, Hands()
    await hook(cast)
    invite = await cast.invite()
    await cast.accept(cast.charlie, invite.token)
    await tell_all(cast, hands)
    assert invite.token not in str(hands.posts)


async def test_what_waited_for_a_webhook_that_is_gone_is_called_off(sqlite_cast: Cast) -> None:
    cast, hands = sqlite_cast, Hands()
    public_id = await hook(cast)
    await cast.accept(cast.charlie, (await cast.invite()).token)
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=100))
    await cast.write(lambda s: remove_webhook(s, cast.alice(s), public_id=public_id, now=cast.now))
    settled = await tell_all(cast, hands)
    assert hands.posts == []
    assert {one.status for one in settled} == {"cancelled"}


async def test_admins_hear_of_one_that_was_switched_off_unless_it_is_on_again(
    sqlite_cast: Cast,
) -> None:
    from bot.notices import render
    from core.facts import WebhookEnded

    cast, public_id = sqlite_cast, await hook(sqlite_cast)
    await cast.write(lambda s: note_failure(s, public_id, gone=True, now=cast.now))
    fact = WebhookEnded(group_id=cast.tigers.id, webhook=public_id, gone=True)
    notice = await cast.read(lambda s: render(s, "webhook_ended", fact))
    assert notice is not None
    assert f"/webhook on {public_id}" in READER.plain(notice.text)  # type: ignore[union-attr]
    await cast.write(lambda s: restart_webhook(s, cast.alice(s), public_id=public_id, now=cast.now))
    assert await cast.read(lambda s: render(s, "webhook_ended", fact)) is None

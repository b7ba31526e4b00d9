"""Events posted to a group's own address: signed, to public addresses only, never redirected."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Checker
from standardwebhooks.webhooks import WebhookVerificationError

from bot.channels.webhook import WebhookChannel
from bot.ground import Ground
from bot.notices import Post
from bot.own_site import Site
from bot.texts import Reader
from core.deliveries.errors import DeliveryError
from core.webhooks import OVERLAP, Webhook, create_webhook, find_webhook, rotate_webhook
from core.webhooks.urls import Address, is_public
from tests.bot.channels.receiver import LeadsTo, Receiver, receiving
from tests.cast import Cast

SITE = Site("https://usher.example", b"a key of ours")
HERE = ["127.0.0.1"]


def is_here(address: Address) -> bool:
    return address == ip_address("127.0.0.1")


class Sending:
    """A webhook of the Tigers that leads to the receiver."""

    def __init__(self, cast: Cast, receiver: Receiver, public_id: str) -> None:
        self.cast = cast
        self.receiver = receiver
        self.public_id = public_id
        self.resolver = LeadsTo([HERE])
        self.channel = WebhookChannel(
            Ground(cast.database, clock=cast.clock),
            SITE,
            allows=is_here,
            trust=receiver.trust,
            resolver=self.resolver,
        )

    async def send(self, *, url: str | None = None, failing: bool = False) -> None:
        body = {"type": "member.joined", "data": {"person": {"name": "Дана"}}}
        post = Post("msg_7", self.public_id, url or self.receiver.url, body, failing)
        address = f"{self.public_id}:member.joined"
        await self.channel.send(address, post, Reader("en", "UTC"))

    async def refused(self, **options: str) -> DeliveryError:
        with pytest.raises(DeliveryError) as error:
            await self.send(**options)  # type: ignore[arg-type]
        return error.value

    async def row(self) -> Webhook:
        found = await self.cast.read(lambda s: find_webhook(s, self.public_id))
        assert found is not None
        return found


@pytest.fixture
async def sending(sqlite_cast: Cast, tmp_path: Path) -> AsyncIterator[Sending]:
    cast = sqlite_cast
    cast.clock.now = datetime.now(UTC)  # what checks signatures looks at its own clock
    async with receiving(tmp_path) as receiver:
        public_id = await cast.write(
            lambda s: (
                create_webhook(
                    s,
                    cast.alice(s),
                    group=cast.tigers(s),
                    url=receiver.url,
                    events=None,
                    now=cast.now,
                ).public_id
            )
        )
        made = Sending(cast, receiver, public_id)
        yield made
        await made.channel.close()


def checked(sending: Sending, generation: int = 1) -> object:
    """What somebody else's program makes of it. Raises WebhookVerificationError."""
    headers, body = sending.receiver.got[-1]
    lower = {name.lower(): value for name, value in headers.items()}
    return Checker(SITE.webhook_secret(sending.public_id, generation)).verify(body, lower)


async def test_another_program_finds_the_signature_right(sending: Sending) -> None:
    await sending.send()
    assert checked(sending) == {"type": "member.joined", "data": {"person": {"name": "Дана"}}}
    headers, _ = sending.receiver.got[0]
    assert headers["webhook-id"] == "msg_7"
    assert headers["Content-Type"] == "application/json"


async def test_by_another_secret_the_signature_is_wrong(sending: Sending) -> None:
    await sending.send()
    with pytest.raises(WebhookVerificationError):
        checked(sending, generation=2)


async def test_for_a_day_both_secrets_sign(sending: Sending) -> None:
    cast = sending.cast
    await cast.write(
        lambda s: rotate_webhook(s, cast.alice(s), public_id=sending.public_id, now=cast.now)
    )
    await sending.send()
    assert checked(sending, generation=1) == checked(sending, generation=2)
    assert (await sending.row()).generations(cast.now + OVERLAP) == (2,)


@pytest.mark.attack(58)
@pytest.mark.parametrize("numbers", [["10.0.0.7"], ["127.0.0.1", "192.168.1.1"], ["::1"]])
async def test_a_name_that_leads_into_a_private_network_is_not_followed(
    sending: Sending, numbers: list[str]
) -> None:
    sending.resolver.answers = [numbers]
    refusal = await sending.refused()
    assert refusal.reason == "it leads into a private network"
    assert sending.receiver.got == []


@pytest.mark.attack(58)
async def test_a_name_that_changes_its_mind_is_looked_at_each_time(sending: Sending) -> None:
    sending.resolver.answers = [HERE, ["169.254.169.254"]]
    await sending.send()
    assert (await sending.refused()).reason == "it leads into a private network"
    assert len(sending.receiver.got) == 1
    assert len(sending.resolver.asked) == 2


@pytest.mark.attack(58)
@pytest.mark.parametrize("host", ["10.0.0.7", "[::1]", "[::ffff:10.0.0.7]"])
async def test_a_number_is_looked_at_as_well(sending: Sending, host: str) -> None:
    refusal = await sending.refused(url=f"https://{host}:{sending.receiver.port}/usher")
    assert refusal.reason == "it leads into a private network"


@pytest.mark.attack(58)
async def test_as_it_ships_this_machine_is_out_of_reach(sending: Sending) -> None:
    sending.channel._allows = is_public
    url = f"https://127.0.0.1:{sending.receiver.port}/usher"
    assert (await sending.refused(url=url)).reason == "it leads into a private network"
    assert sending.receiver.got == []


@pytest.mark.attack(58)
async def test_a_redirect_is_a_failure(sending: Sending) -> None:
    sending.receiver.statuses, sending.receiver.headers = [307], {"Location": "https://10.0.0.1/"}
    assert (await sending.refused()).reason == "it answered 307"
    assert len(sending.receiver.got) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_failure_is_tried_again_and_noted(sending: Sending, status: int) -> None:
    sending.receiver.statuses = [status]
    refusal = await sending.refused()
    assert not refusal.permanent
    assert not refusal.uncertain
    assert (await sending.row()).failing_since == sending.cast.now


async def test_what_arrives_after_a_failure_is_noted(sending: Sending) -> None:
    sending.receiver.statuses = [500, 204]
    await sending.refused()
    await sending.send(failing=True)
    assert (await sending.row()).failing_since is None


async def test_gone_is_gone(sending: Sending) -> None:
    sending.receiver.statuses = [410]
    assert (await sending.refused()).permanent
    assert (await sending.row()).ended_at == sending.cast.now


async def test_it_may_name_its_own_time(sending: Sending) -> None:
    sending.receiver.statuses, sending.receiver.headers = [429], {"Retry-After": "37"}
    assert (await sending.refused()).retry_after_s == 37
    sending.receiver.headers = {"Retry-After": "999999999"}
    assert (await sending.refused()).retry_after_s == 12 * 3600
    sending.receiver.headers = {"Retry-After": "soon"}
    assert (await sending.refused()).retry_after_s is None


@pytest.mark.fault(58)
async def test_a_certificate_that_nobody_vouches_for_is_a_failure(sending: Sending) -> None:
    sending.channel._trust = None
    refusal = await sending.refused()
    assert refusal.reason == "ClientConnectorCertificateError"
    assert sending.receiver.got == []


@pytest.mark.fault(58)
async def test_nobody_there_is_a_failure(sending: Sending) -> None:
    refusal = await sending.refused(url="https://hooks.example.org:1/usher")
    assert refusal.reason.startswith("ClientConnector")
    assert not refusal.permanent


@pytest.mark.attack(60)
def test_neither_key_nor_secret_shows_in_a_repr() -> None:
    assert "a key of ours" not in repr(SITE)
    assert SITE.webhook_secret("whk_x", 1) != SITE.webhook_secret("whk_x", 2)

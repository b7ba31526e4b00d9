"""Webhooks: who may set them, where they may lead, what is told to them, and when they end."""

import ipaddress
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from core.access import Actor, Role
from core.audit import AuditEntry
from core.deliveries import Delivery
from core.errors import Invalid
from core.facts.fact import KINDS
from core.facts.public import EVENTS
from core.guests import Guest
from core.guests.answering import Answered, answer_event
from core.guests.rsvp import Answer, Wish
from core.guests.self_service import answer_by_link, make_guest_link
from core.outbox import OutboxEvent
from core.routing import fan_out
from core.webhooks import (
    MOST_WEBHOOKS,
    OVERLAP,
    Webhook,
    create_webhook,
    read_events,
    remove_webhook,
    restart_webhook,
    rotate_webhook,
)
from core.webhooks.fates import PATIENCE, note_arrival, note_failure
from core.webhooks.urls import check_url, is_public
from tests.cast import NOW, Cast, Place, Somebody, refused
from tests.core.eventing import make_event, put_guest

URL = "https://hooks.example.org/usher"


async def made(
    cast: Cast, *, by: Somebody | None = None, group: Place | None = None, events: str = ""
) -> str:
    """A webhook of the Tigers, made by alice, unless it is said otherwise; its public id."""
    return await cast.write(
        lambda s: (
            create_webhook(
                s,
                (by or cast.alice)(s),
                group=(group or cast.tigers)(s),
                url=URL,
                events=read_events(events),
                now=cast.now,
            ).public_id
        )
    )


async def fails(cast: Cast, public_id: str, *, gone: bool = False) -> None:
    await cast.write(lambda s: note_failure(s, public_id, gone=gone, now=cast.now))


async def told(cast: Cast) -> list[str]:
    """Where and what was fanned out to webhooks."""
    await cast.write(lambda s: fan_out(s, now=cast.now, limit=100))
    return [row.address for row in await cast.rows(Delivery) if row.channel == "webhook"]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MEMBER, Role.VIEWER, None])
async def test_only_admins_set_webhooks(sqlite_cast: Cast, role: Role | None) -> None:
    who = await sqlite_cast.somebody(role=role)
    refusal = await refused(made(sqlite_cast, by=who))
    assert refusal.code == ("group_unknown" if role is None else "not_allowed")
    await made(sqlite_cast, by=await sqlite_cast.somebody(role=Role.ADMIN))


@pytest.mark.parametrize("verb", [remove_webhook, rotate_webhook, restart_webhook])
async def test_to_strangers_a_webhook_of_others_looks_like_none(
    sqlite_cast: Cast, verb: Callable[..., Webhook]
) -> None:
    cast = sqlite_cast
    public_id = await made(cast)

    async def tried(who: Somebody, code: str) -> str:
        unit = partial(verb, public_id=code, now=cast.now)
        return (await refused(cast.write(lambda s: unit(s, who(s))))).code

    for code in (public_id, "whk_aaaaaaaa", "'; --"):
        assert await tried(cast.charlie, code) == "no_such_webhook"
    assert await tried(cast.bob, public_id) == "not_allowed"


async def test_a_group_has_five_at_most(sqlite_cast: Cast) -> None:
    for _ in range(MOST_WEBHOOKS):
        await made(sqlite_cast)
    assert (await refused(made(sqlite_cast))).code == "too_many_webhooks"


@pytest.mark.attack(58)
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "https://",
        "https://user:pass@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org:99999/",
        "https://[::1",
        "https://hooks.example.org/" + "x" * 500,
        "https://מועדון.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="webhook_url_unreadable"):
        check_url(url)


@pytest.mark.attack(58)
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "localhost",
        "db",
        "127.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "localhost.",
    ],
)
def test_an_address_in_a_private_network_is_refused_at_once(host: str) -> None:
    with pytest.raises(Invalid, match="webhook_url_private"):
        check_url(f"https://{host}/")


@pytest.mark.attack(58)
@pytest.mark.parametrize(
    "number",
    [
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "fc00::1",
        "fe80::1",
        "ff02::1",
    ],
)
def test_numbers_that_lead_into_a_network_of_ours_are_not_public(number: str) -> None:
    assert not is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_numbers_out_in_the_internet_are_public(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


def test_events_are_chosen_by_name() -> None:
    assert read_events("") is None
    assert read_events("invite.accepted, member.joined") == "member.joined invite.accepted"
    with pytest.raises(Invalid, match="no_such_event"):
        read_events("member.joined,person.linked")


async def test_who_accepts_an_invite_is_told_as_two_events(sqlite_cast: Cast) -> None:
    hook = await made(sqlite_cast)
    invite = await sqlite_cast.invite()
    await sqlite_cast.accept(sqlite_cast.charlie, invite.token)
    assert sorted(await told(sqlite_cast)) == [f"{hook}:invite.accepted", f"{hook}:member.joined"]


async def test_a_webhook_hears_only_what_it_asked_for(sqlite_cast: Cast) -> None:
    hook = await made(sqlite_cast, events="invite.accepted")
    invite = await sqlite_cast.invite()
    await sqlite_cast.accept(sqlite_cast.charlie, invite.token)
    assert await told(sqlite_cast) == [f"{hook}:invite.accepted"]


def test_whatever_may_be_chosen_is_told_by_some_fact() -> None:
    assert set(EVENTS) - {"invite.accepted"} <= KINDS.keys()


async def test_an_answer_to_an_event_is_told_to_who_listens(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    event = await make_event(cast, plus_ones=2)
    await cast.write(lambda s: answer(s, cast.bob(s), event, Answer.MAYBE))
    assert await told(cast) == []
    hook = await made(cast, events="guest.answered")
    done = await cast.write(lambda s: answer(s, cast.bob(s), event, Answer.YES))
    assert await told(cast) == [f"{hook}:guest.answered"]
    row = (await cast.rows(OutboxEvent))[-1]
    assert row.payload == {
        "group_id": event.id,
        "guest_id": done.guest.id,
        "status": "confirmed",
        "plus_ones": 0,
    }


async def test_an_answer_by_a_guests_own_link_is_told_too(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    event, hook = await make_event(cast), await made(cast, events="guest.answered")
    zoe = await put_guest(cast, event, "Zoe")
    token = await cast.write(lambda s: make_guest_link(s, s.get_one(Guest, zoe), now=cast.now))
    await cast.write(
        lambda s: answer_by_link(s, token=token, wish=Wish(Answer.NO), guessers=(), now=cast.now)
    )
    assert await told(cast) == [f"{hook}:guest.answered"]


def answer(session: Session, actor: Actor, event: Place, said: Answer) -> Answered:
    return answer_event(session, actor, event_id=event.id, wish=Wish(said), now=NOW)


@pytest.mark.attack(17)
async def test_a_webhook_hears_of_the_groups_below_and_of_no_other(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    cubs = await cast.group("Cubs", parent=cast.tigers)
    lions = await cast.group("Lions")
    hook = await made(cast, events="member.joined")
    for place in (cubs, lions):
        await cast.accept(cast.charlie, (await cast.invite(group=place)).token)
    assert await told(cast) == [f"{hook}:member.joined"]


async def test_another_secret_overlaps_with_the_older_for_a_day(sqlite_cast: Cast) -> None:
    cast, public_id = sqlite_cast, await made(sqlite_cast)
    await cast.write(lambda s: rotate_webhook(s, cast.alice(s), public_id=public_id, now=cast.now))
    [row] = await cast.rows(Webhook)
    assert row.generations(cast.now) == (2, 1)
    assert row.generations(cast.now + OVERLAP) == (2,)


async def test_what_fails_for_three_days_is_switched_off_and_admins_hear(
    sqlite_cast: Cast,
) -> None:
    cast, public_id = sqlite_cast, await made(sqlite_cast)
    await fails(cast, public_id)
    cast.clock.now += PATIENCE - timedelta(seconds=1)
    await fails(cast, public_id)
    assert [row.ended_at for row in await cast.rows(Webhook)] == [None]
    cast.clock.advance(seconds=1)
    for _ in range(2):  # one that was under way
        await fails(cast, public_id)
    assert [row.ended_at for row in await cast.rows(Webhook)] == [cast.now]
    events = [row.event_type for row in await cast.rows(OutboxEvent)]
    assert events.count("webhook.ended") == 1
    assert (await cast.rows(AuditEntry))[-1].action == "webhook.ended"


async def test_what_says_that_it_is_gone_is_switched_off_at_once(sqlite_cast: Cast) -> None:
    public_id = await made(sqlite_cast)
    await fails(sqlite_cast, public_id, gone=True)
    assert [row.ended_at for row in await sqlite_cast.rows(Webhook)] == [sqlite_cast.now]
    assert await told(sqlite_cast) == []


async def test_whatever_arrives_starts_the_three_days_anew(sqlite_cast: Cast) -> None:
    cast, public_id = sqlite_cast, await made(sqlite_cast)
    await fails(cast, public_id)
    await cast.write(lambda s: note_arrival(s, public_id))
    cast.clock.now += PATIENCE
    await fails(cast, public_id)
    assert [row.ended_at for row in await cast.rows(Webhook)] == [None]


async def test_a_webhook_is_switched_on_again(sqlite_cast: Cast) -> None:
    cast, public_id = sqlite_cast, await made(sqlite_cast)
    await fails(cast, public_id, gone=True)
    await cast.write(lambda s: restart_webhook(s, cast.alice(s), public_id=public_id, now=cast.now))
    [row] = await cast.rows(Webhook)
    assert (row.ended_at, row.failing_since) == (None, None)

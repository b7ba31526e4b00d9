"""Six digits by e-mail: whose address it is, and how little a wrong guess is worth."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from core.database import Database
from core.deliveries import Delivery
from core.people import Identity, Person
from core.people.email_codes import CODE_LIFE, MOST_TRIES, EmailCode, ask_code, count_try, use_code
from core.people.email_people import meet_by_email
from core.people.proofs import Proof, keep_proof
from core.routing import fan_out
from tests.cast import Cast, refused

DANA = "dana@example.org"
HERE = "203.0.113.7"


async def ask(cast: Cast, address: str = DANA, *, name: str | None = "Dana") -> tuple[str, str]:
    """The ticket and the digits."""

    def unit(s: Session) -> str:
        ticket, _ = ask_code(s, address=address, name=name, asked_from=HERE, now=cast.now)
        return ticket

    ticket = await cast.write(unit)
    return ticket, (await cast.rows(EmailCode))[-1].code


async def prove(cast: Cast, ticket: str, code: str) -> int:
    """Who has shown that the address is theirs."""

    tried = await cast.write(lambda s: count_try(s, ticket=ticket, now=cast.now))

    def unit(s: Session) -> int:
        used = use_code(s, tried, code=code, now=cast.now)
        return meet_by_email(s, address=used.address, name=used.name, now=cast.now).id

    return await cast.write(unit)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_digits_go_to_the_address(sqlite_cast: Cast) -> None:
    await ask(sqlite_cast, " Dana@Example.ORG ")
    await sqlite_cast.write(lambda s: fan_out(s, now=sqlite_cast.now, limit=10))
    [sent] = await sqlite_cast.rows(Delivery)
    assert (sent.channel, sent.address, sent.kind) == ("email", DANA, "email_code")


async def test_who_types_them_becomes_a_person_without_a_chat_account(sqlite_cast: Cast) -> None:
    ticket, code = await ask(sqlite_cast)
    person_id = await prove(sqlite_cast, ticket, f" {code[:3]} {code[3:]} ")
    person = await sqlite_cast.read(lambda s: s.get_one(Person, person_id))
    assert person.name == "Dana"
    [identity] = [row for row in await sqlite_cast.rows(Identity) if row.person_id == person_id]
    assert (identity.platform, identity.address, identity.reachable) == ("email", DANA, True)
    [proof] = await sqlite_cast.rows(Proof)
    assert (proof.kind, proof.address, proof.person_id) == ("email", DANA, person_id)


async def test_the_second_time_it_is_the_same_person(sqlite_cast: Cast) -> None:
    first = await prove(sqlite_cast, *await ask(sqlite_cast))
    again = await prove(sqlite_cast, *await ask(sqlite_cast, name="Somebody else"))
    assert again == first
    assert (await sqlite_cast.read(lambda s: s.get_one(Person, first))).name == "Dana"


async def test_who_has_proven_the_address_before_is_met_again(sqlite_cast: Cast) -> None:
    bob = sqlite_cast.bob.id
    await sqlite_cast.write(
        lambda s: keep_proof(s, kind="email", address=DANA, person_id=bob, now=sqlite_cast.now)
    )
    assert await prove(sqlite_cast, *await ask(sqlite_cast)) == bob


@pytest.mark.attack(8)
async def test_a_squatter_who_only_said_that_it_is_theirs_loses_the_address(
    sqlite_cast: Cast,
) -> None:
    squatted = Identity(
        platform="email", address=DANA, person_id=sqlite_cast.charlie.id, created_at=sqlite_cast.now
    )
    await sqlite_cast.write(lambda s: s.add(squatted))
    person_id = await prove(sqlite_cast, *await ask(sqlite_cast))
    assert person_id != sqlite_cast.charlie.id
    identities = [row for row in await sqlite_cast.rows(Identity) if row.platform == "email"]
    assert [row.person_id for row in identities] == [person_id]


async def test_the_digits_work_once(sqlite_cast: Cast) -> None:
    ticket, code = await ask(sqlite_cast)
    await prove(sqlite_cast, ticket, code)
    assert (await refused(prove(sqlite_cast, ticket, code))).code == "code_over"


async def test_the_digits_are_over_after_ten_minutes(sqlite_cast: Cast) -> None:
    ticket, code = await ask(sqlite_cast)
    sqlite_cast.clock.now += CODE_LIFE
    assert (await refused(prove(sqlite_cast, ticket, code))).code == "code_over"


@pytest.mark.attack(23)
async def test_after_five_wrong_ones_the_right_digits_open_nothing(sqlite_cast: Cast) -> None:
    ticket, code = await ask(sqlite_cast)
    for left in reversed(range(MOST_TRIES)):
        refusal = await refused(prove(sqlite_cast, ticket, wrong(code)))
        assert (refusal.code, refusal.fields["left"]) == ("code_wrong", left)
    assert (await refused(prove(sqlite_cast, ticket, code))).code == "code_over"


@pytest.mark.attack(23)
async def test_twenty_at_once_have_five_tries_together(database: Database, cast: Cast) -> None:
    ticket, code = await ask(cast)
    tries = (refused(prove(cast, ticket, wrong(code))) for _ in range(20))
    codes = [refusal.code for refusal in await asyncio.gather(*tries)]
    assert codes.count("code_wrong") == MOST_TRIES
    assert (await refused(prove(cast, ticket, code))).code == "code_over"


@pytest.mark.attack(24)
@pytest.mark.parametrize("ticket", ["", "x" * 43, "x"])
async def test_the_digits_alone_open_nothing(sqlite_cast: Cast, ticket: str) -> None:
    _, code = await ask(sqlite_cast)
    assert (await refused(prove(sqlite_cast, ticket, code))).code == "code_over"


@pytest.mark.attack(24)
async def test_the_ticket_is_not_kept(sqlite_cast: Cast) -> None:
    ticket, _ = await ask(sqlite_cast)
    [row] = await sqlite_cast.rows(EmailCode)
    assert ticket not in str(vars(row))
    assert ticket.encode() not in row.ticket


async def test_nobody_is_flooded_with_codes(sqlite_cast: Cast) -> None:
    for _ in range(5):
        await ask(sqlite_cast)
    refusal = await refused(ask(sqlite_cast))
    assert (refusal.code, refusal.fields["retry_after_s"]) == ("too_many_codes", 3600)
    await ask(sqlite_cast, "eva@example.org")
    sqlite_cast.clock.advance(hours=1)
    await ask(sqlite_cast)


async def test_one_place_asks_for_twenty_an_hour(sqlite_cast: Cast) -> None:
    for number in range(20):
        await ask(sqlite_cast, f"fan{number}@example.org")
    assert (await refused(ask(sqlite_cast, "eva@example.org"))).code == "too_many_codes"


@pytest.mark.attack(31, 55)
@pytest.mark.parametrize(
    "address",
    ["", "dana", "dana@", "a@b@c.org", "dana@example.org\nBcc: x@example.org", "\x00@x.y"],
)
async def test_what_is_no_address_gets_nothing(sqlite_cast: Cast, address: str) -> None:
    assert (await refused(ask(sqlite_cast, address))).code == "email_unreadable"
    assert await sqlite_cast.rows(EmailCode) == []


async def test_two_who_prove_a_new_address_at_once_are_one_person(
    database: Database, cast: Cast
) -> None:
    both = [await ask(cast), await ask(cast)]
    people = await asyncio.gather(*(prove(cast, *one) for one in both), return_exceptions=True)
    proven = [row.person_id for row in await cast.rows(Proof)]
    identities = [row.person_id for row in await cast.rows(Identity) if row.platform == "email"]
    assert proven == identities
    assert set(identities) <= set(people)

"""One account has a number and an id; which of them came, and whose the number is now."""

from __future__ import annotations

from core.people import Identity, Person, Sender
from core.people.accounts import is_settled, known_address, settle_account
from core.people.proofs import Proof
from tests.cast import Cast, Somebody

NUMBER, SCOPED, OTHER = "+12025550101", "US.1349", "US.2222"


def of(address: str, name: str = "Erin") -> Sender:
    return Sender("whatsapp", address, name)


async def settle(cast: Cast, address: str, alias: str | None, name: str = "Erin") -> None:
    await cast.write(
        lambda s: settle_account(s, sender=of(address, name), alias=alias, now=cast.now)
    )


async def owners(cast: Cast) -> dict[str, str]:
    """Whose each address is, by name."""
    people = {row.id: row.name for row in await cast.rows(Person)}
    rows = [row for row in await cast.rows(Identity) if row.platform == "whatsapp"]
    return {row.address: people[row.person_id] for row in rows}


async def holder(cast: Cast) -> int:
    [proof] = await cast.rows(Proof)
    return proof.person_id


async def test_a_number_and_an_id_are_one_person_with_a_proven_number(cast: Cast) -> None:
    await settle(cast, NUMBER, SCOPED)
    assert await owners(cast) == {NUMBER: "Erin", SCOPED: "Erin"}
    [proof] = await cast.rows(Proof)
    assert (proof.kind, proof.address) == ("phone", NUMBER)
    assert await cast.read(lambda s: is_settled(s, sender=of(NUMBER), alias=SCOPED))


async def test_who_hides_their_number_later_is_still_written_to_by_it(cast: Cast) -> None:
    await settle(cast, NUMBER, SCOPED)
    found = await cast.read(lambda s: known_address(s, platform="whatsapp", alias=SCOPED))
    assert found == NUMBER


async def test_who_came_without_a_number_keeps_what_they_have_when_it_shows(cast: Cast) -> None:
    await settle(cast, SCOPED, SCOPED)
    [erin] = {row.person_id for row in await cast.rows(Identity) if row.address == SCOPED}
    await settle(cast, NUMBER, SCOPED)
    ids = {row.person_id for row in await cast.rows(Identity) if row.platform == "whatsapp"}
    assert ids == {erin}
    assert await holder(cast) == erin


async def test_only_the_number_is_written_to(cast: Cast) -> None:
    await settle(cast, NUMBER, SCOPED)
    rows = {row.address: row for row in await cast.rows(Identity)}
    assert rows[SCOPED].unreachable_reason == "written to by number"


async def test_two_that_turn_out_to_be_one_account_become_one_person(cast: Cast) -> None:
    await settle(cast, NUMBER, None)
    await settle(cast, SCOPED, SCOPED)
    await settle(cast, NUMBER, SCOPED)
    ids = {row.person_id for row in await cast.rows(Identity) if row.platform == "whatsapp"}
    merged = [row.merged_into_id for row in await cast.rows(Person) if row.merged_into_id]
    assert len(ids) == 1
    assert merged == list(ids)


async def test_a_number_that_was_handed_out_again_leaves_its_former_holder_behind(
    cast: Cast,
) -> None:
    await settle(cast, NUMBER, SCOPED, "Erin")
    former = await holder(cast)
    await settle(cast, NUMBER, OTHER, "Frank")
    assert await owners(cast) == {NUMBER: "Frank", SCOPED: "Erin", OTHER: "Frank"}
    assert await holder(cast) != former


async def test_a_settled_account_needs_nothing_written(cast: Cast) -> None:
    assert not await cast.read(lambda s: is_settled(s, sender=of(NUMBER), alias=SCOPED))
    await settle(cast, NUMBER, None)
    assert not await cast.read(lambda s: is_settled(s, sender=of(NUMBER), alias=SCOPED))
    assert await cast.read(lambda s: is_settled(s, sender=of(NUMBER), alias=None))


async def test_the_person_is_somebody_of_their_own(cast: Cast) -> None:
    await settle(cast, NUMBER, SCOPED)
    people: list[Somebody] = [cast.alice, cast.bob]
    assert await holder(cast) not in [one.id for one in people]

"""Picks: the line that goes on with whoever was chosen."""

from __future__ import annotations

from core.people import Identity, Person, Sender
from core.people.picks import Pick, ask_pick, find_line, meet, number_of
from tests.cast import ALICE, BOB, CHARLIE, Cast


def test_a_line_s_number_fits_into_what_telegram_takes() -> None:
    numbers = {number_of(f"/remove group={group}") for group in range(1000)}
    assert len(numbers) == 1000
    assert all(0 <= number < 2**31 for number in numbers)


async def open_line(cast: Cast, line: str) -> str | None:
    number = number_of(line)
    return await cast.read(lambda s: find_line(s, sender=ALICE, number=number, now=cast.now))


async def ask(cast: Cast, line: str) -> None:
    await cast.write(lambda s: ask_pick(s, person=cast.alice(s).person, line=line, now=cast.now))


async def test_there_is_one_open_line_for_each_person(cast: Cast) -> None:
    for line in ("/role coach", "/remove"):
        await ask(cast, line)
    assert await open_line(cast, "/role coach") is None
    assert await open_line(cast, "/remove") == "/remove"
    assert len(await cast.rows(Pick)) == 1


async def test_who_is_met_by_being_chosen_cannot_be_written_to(cast: Cast) -> None:
    zoe = Sender("telegram", "99", "Zoe", username="zoe")
    await cast.write(lambda s: meet(s, sender=zoe, now=cast.now).id)
    row = next(row for row in await cast.rows(Identity) if row.address == "99")
    assert (row.username, row.reachable) == ("zoe", False)


async def test_who_is_known_keeps_name_and_username(cast: Cast) -> None:
    mocked = Sender("telegram", BOB.address, "Silly Bob", username=CHARLIE.username)
    await cast.write(lambda s: meet(s, sender=mocked, now=cast.now).id)
    assert "Silly Bob" not in {row.name for row in await cast.rows(Person)}
    names = {row.address: row.username for row in await cast.rows(Identity)}
    assert names[BOB.address] == "bob"

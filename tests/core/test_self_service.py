"""A guest's own link: answers for the household, changes nothing by looking, tells no stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, Limited, NotFound
from core.groups.closing import archive_group
from core.guests import Guest
from core.guests.answering import Answered
from core.guests.rsvp import Answer, Wish
from core.guests.self_service import (
    ServiceCard,
    answer_by_link,
    claim_guest,
    make_guest_link,
    self_service_card,
)
from core.members.changes import remove_member
from core.tokens import new_token
from tests.cast import Cast, Place, refused
from tests.core.eventing import guests_of, make_event, make_household, put_guest, statuses_of

WHO = ("address:192.0.2.1",)


async def link_of(cast: Cast, guest_id: int) -> str:
    return await cast.write(lambda s: make_guest_link(s, s.get_one(Guest, guest_id), now=cast.now))


async def look(cast: Cast, token: str) -> ServiceCard:
    return await cast.write(lambda s: self_service_card(s, token=token, guessers=WHO, now=cast.now))


async def say(
    cast: Cast, token: str, answer: Answer = Answer.YES, *, guest_id: int | None = None
) -> Answered:
    return await cast.write(
        lambda s: answer_by_link(
            s, token=token, wish=Wish(answer), guest_id=guest_id, guessers=WHO, now=cast.now
        )
    )


async def family(cast: Cast) -> tuple[Place, int, int, int]:
    """Zoe with a child, in one household; and somebody else."""
    place = await make_event(cast)
    house = await make_household(cast, place)
    zoe = await put_guest(cast, place, "Zoe", household_id=house)
    ben = await put_guest(cast, place, "Ben", household_id=house, is_child=True)
    return place, zoe, ben, await put_guest(cast, place, "Max")


async def test_a_guest_answers_for_themselves_and_their_household(cast: Cast) -> None:
    place, zoe, ben, _ = await family(cast)
    token = await link_of(cast, zoe)
    assert [guest.name for guest in (await look(cast, token)).guests] == ["Zoe", "Ben"]
    await say(cast, token)
    await say(cast, token, Answer.NO, guest_id=ben)
    statuses = await statuses_of(cast, place)
    assert (statuses["Zoe"], statuses["Ben"], statuses["Max"]) == (
        "confirmed",
        "declined",
        "invited",
    )


async def test_nobody_else_is_answered_for(cast: Cast) -> None:
    place, zoe, _, other = await family(cast)
    token = await link_of(cast, zoe)
    alice = (await guests_of(cast, place))[0].id
    for number in (other, alice, 999_999):
        assert isinstance(await refused(say(cast, token, guest_id=number)), NotFound)


async def test_a_new_link_leaves_the_older_ones_alive(cast: Cast) -> None:
    _, zoe, *_ = await family(cast)
    older, newer = await link_of(cast, zoe), await link_of(cast, zoe)
    for token in (older, newer):
        assert (await look(cast, token)).guests[0].id == zoe


@pytest.mark.parametrize("token", ["", "x", "r_" + "x" * 43, "\x00" * 43])
async def test_what_is_no_link_opens_nothing(sqlite_cast: Cast, token: str) -> None:
    assert (await refused(look(sqlite_cast, token))).code == "rsvp_unknown"


async def test_guessing_is_limited(cast: Cast) -> None:
    for _ in range(10):
        assert isinstance(await refused(look(cast, new_token())), NotFound)
    assert isinstance(await refused(look(cast, new_token())), Limited)


async def test_a_guest_who_was_taken_off_has_no_link_any_more(cast: Cast) -> None:
    _, zoe, *_ = await family(cast)
    token = await link_of(cast, zoe)
    await cast.write(lambda s: setattr(s.get_one(Guest, zoe), "removed_at", cast.now))
    assert (await refused(look(cast, token))).code == "rsvp_unknown"


async def test_after_the_deadline_it_shows_whom_to_ask(cast: Cast) -> None:
    place = await make_event(cast, deadline=cast.now + timedelta(days=1))
    token = await link_of(cast, await put_guest(cast, place, "Zoe"))
    assert (await look(cast, token)).is_open
    cast.clock.advance(days=1)
    card = await look(cast, token)
    assert (card.is_open, card.contact) == (False, "Alice")
    assert isinstance(await refused(say(cast, token)), Conflict)


async def test_who_opens_it_in_chat_is_that_guest_from_then_on(cast: Cast) -> None:
    _, zoe, *_ = await family(cast)
    token = await link_of(cast, zoe)
    for _ in range(2):
        guest = await cast.write(
            lambda s: claim_guest(s, cast.charlie(s), token=token, now=cast.now)
        )
        assert (guest.id, guest.person_id) == (zoe, cast.charlie.id)


async def test_handed_on_it_makes_nobody_else_of_the_guest(cast: Cast) -> None:
    place, zoe, *_ = await family(cast)
    token = await link_of(cast, zoe)
    await cast.write(lambda s: claim_guest(s, cast.charlie(s), token=token, now=cast.now))
    dana = await cast.somebody("Dana")
    refusal = await refused(
        cast.write(lambda s: claim_guest(s, dana(s), token=token, now=cast.now))
    )
    assert isinstance(refusal, Forbidden)
    mine = await cast.write(lambda s: claim_guest(s, cast.bob(s), token=token, now=cast.now))
    assert mine.person_id == cast.bob.id
    assert "Dana" not in await statuses_of(cast, place)


async def test_in_an_archive_nobody_answers_by_link_either(cast: Cast) -> None:
    place, zoe, *_ = await family(cast)
    token = await link_of(cast, zoe)
    await cast.write(lambda s: archive_group(s, cast.alice(s), group=cast.tigers(s), now=cast.now))
    assert not (await look(cast, token)).is_open
    assert (await refused(say(cast, token))).code == "group_archived"
    assert (await statuses_of(cast, place))["Zoe"] == "invited"


@pytest.mark.attack(16)
async def test_who_was_banned_has_no_link_any_more(cast: Cast) -> None:
    place, *_ = await family(cast)
    [bob] = [one for one in await guests_of(cast, place) if one.person_id == cast.bob.id]
    token = await link_of(cast, bob.id)
    await cast.write(
        lambda s: remove_member(
            s, cast.alice(s), group=cast.tigers(s), person_id=cast.bob.id, ban=True, now=cast.now
        )
    )
    assert (await refused(look(cast, token))).code == "rsvp_unknown"
    assert (await refused(say(cast, token))).code == "rsvp_unknown"


async def test_the_banned_become_no_guest_by_the_link_of_somebody_else(cast: Cast) -> None:
    _, zoe, *_ = await family(cast)
    token = await link_of(cast, zoe)
    await cast.join(cast.charlie, Role.MEMBER)
    await cast.write(
        lambda s: remove_member(
            s,
            cast.alice(s),
            group=cast.tigers(s),
            person_id=cast.charlie.id,
            ban=True,
            now=cast.now,
        )
    )
    refusal = await refused(
        cast.write(lambda s: claim_guest(s, cast.charlie(s), token=token, now=cast.now))
    )
    assert refusal.code == "rsvp_unknown"

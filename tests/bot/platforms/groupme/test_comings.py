"""Who comes and goes: by GroupMe's own lines, or else by comparing the list of members."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.ground import Ground
from bot.platforms.groupme.arrivals import read_callback
from bot.platforms.groupme.census import RoomCensus
from bot.sandbox.faults import Fault
from bot.sandbox.groupme import wire
from core.access import Actor
from core.chats import Chat, Loss
from core.chats.occupants import Occupant, Presence
from core.groups import Group
from core.inbox import keep, list_waiting
from core.invites import Offer, create_invite
from core.invites.redemptions import Redemption
from core.people import Identity, Person
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import NOW, rows


@pytest.fixture
async def tied(rig: GroupMeRig) -> GroupMeRig:
    """The group is Dana's Lions' room, open by its link."""
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/bind", in_room=True)
    rig.world.share(rig.group.id)
    return rig


@pytest.fixture
def census(tied: GroupMeRig, ground: Ground) -> RoomCensus:
    return RoomCensus(tied.groupme, ground, wake=lambda: None)


async def inside(ground: Ground) -> set[str]:
    """The names of those whom we believe to be in the room."""
    here = (
        select(Person.name)
        .join(Identity, Identity.person_id == Person.id)
        .join(Occupant, Occupant.identity_id == Identity.id)
        .where(Occupant.presence == Presence.IN)
    )
    return set(await ground.database.read(lambda s: s.scalars(here).all()))


async def invite(rig: GroupMeRig, name: str) -> None:
    """Dana invites the person of that name, and nobody else."""

    def unit(s: Session) -> None:
        people = {person.name: person for person in s.scalars(select(Person))}
        group = s.scalars(select(Group)).one()
        offer = Offer(invitee=people[name])
        create_invite(s, Actor(people["Dana"], "groupme"), group=group, offer=offer, now=NOW)

    await rig.ground.database.write(unit)


async def _due(ground: Ground) -> list[bool]:
    return [chat.sweep_since is not None for chat in await rows(ground.database, Chat)]


async def test_who_comes_by_the_link_is_seen(tied: GroupMeRig, ground: Ground) -> None:
    tied.world.join(tied.world.find_account("Frank").id, tied.group.id)
    assert await tied.work_off() == [True]
    assert "Frank" in await inside(ground)


async def test_who_leaves_is_seen_to_be_gone(tied: GroupMeRig, ground: Ground) -> None:
    await tied.say(tied.bob, "/help", in_room=True)
    tied.world.leave(tied.bob.address, tied.group.id)
    await tied.work_off()
    assert "Bob" not in await inside(ground)


@pytest.mark.attack(33)
async def test_a_coming_that_groupme_knows_nothing_of_is_not_believed(
    tied: GroupMeRig, ground: Ground
) -> None:
    tied.world.join(tied.world.find_account("Frank").id, tied.group.id)
    forged = wire.callback(tied.world.posts(tied.group.id)[-1]) | {"id": "799999"}
    arrivals = read_callback(json.dumps(forged).encode())
    await ground.database.write(lambda s: keep(s, arrivals, now=ground.clock()))
    [row] = await ground.database.read(lambda s: list_waiting(s, limit=9))
    assert await tied.platform.handle(row) is False
    assert "Frank" not in await inside(ground)


async def test_a_line_that_names_nobody_has_the_room_compared(
    tied: GroupMeRig, ground: Ground
) -> None:
    tied.world.say(tied.group, "system", "Frank has joined", sender_type="system", name="GroupMe")
    assert await tied.work_off() == [True]
    assert await _due(ground) == [True]


async def test_a_census_finds_who_came_and_went_without_a_word(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    await census.tick()
    assert await inside(ground) == {"Dana", "Erin", "Bob"}
    tied.world.announces = False
    tied.world.join(tied.world.find_account("Frank").id, tied.group.id)
    tied.world.leave(tied.world.find_account("Erin").id, tied.group.id)
    await RoomCensus(tied.groupme, ground, wake=lambda: None).tick()
    assert await inside(ground) == {"Dana", "Bob", "Frank"}


async def test_what_is_wanted_at_once_takes_one_call(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    await census.tick()
    tied.sandbox.groupme_api.calls.clear()
    await tied.say(tied.dana, "/drift check", in_room=True)
    assert await _due(ground) == [True]
    tied.sandbox.groupme_api.calls.clear()
    await census.tick()
    assert tied.sandbox.groupme_api.calls == ["GET /groups/:group"]
    assert await _due(ground) == [False]


async def test_who_was_invited_by_name_joins_by_coming(tied: GroupMeRig, ground: Ground) -> None:
    await tied.say(tied.bob, "/start", in_room=True)
    tied.world.leave(tied.bob.address, tied.group.id)
    await invite(tied, "Bob")
    tied.world.join(tied.bob.address, tied.group.id)
    await tied.work_off()
    assert len(await rows(ground.database, Redemption)) == 1


@pytest.mark.attack(54)
async def test_nobody_is_matched_by_a_name_alone(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    await tied.say(tied.dana, "/invite")
    tied.world.join(tied.world.add_account("Dana").id, tied.group.id)
    await tied.work_off()
    await census.tick()
    assert await rows(ground.database, Redemption) == []
    assert [person.name for person in await rows(ground.database, Person)].count("Dana") == 2


async def test_a_room_that_we_were_put_out_of_is_lost(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    await census.tick()
    tied.world.put_out(tied.group, tied.world.club.id)
    due = update(Chat).values(sweep_since=ground.clock())
    await ground.database.write(lambda s: s.execute(due).close())
    await census.tick()
    [chat] = await rows(ground.database, Chat)
    assert (chat.lost_reason, chat.sweep_since) == (Loss.REMOVED, None)


@pytest.mark.fault(52)
async def test_while_groupme_is_silent_the_census_waits(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    tied.sandbox.faults.add(Fault("GET /groups", status=420))
    await census.tick()
    assert "Erin" not in await inside(ground)
    await census.tick()
    assert "Erin" in await inside(ground)


async def test_a_census_takes_over_the_room_s_new_name_and_link(
    tied: GroupMeRig, census: RoomCensus, ground: Ground
) -> None:
    tied.group.name = "The Tigers"
    await census.tick()
    [chat] = await rows(ground.database, Chat)
    assert (chat.title, chat.share_url) == ("The Tigers", tied.group.share_url)


@pytest.mark.attack(54)
async def test_a_stranger_of_an_invited_name_is_told_of_and_not_matched(tied: GroupMeRig) -> None:
    await tied.say(tied.bob, "/start")
    await invite(tied, "Bob")
    tied.world.leave(tied.bob.address, tied.group.id)
    tied.world.join(tied.world.add_account("bob").id, tied.group.id)
    told = await tied.say(tied.dana, "/drift in", in_room=True)
    assert "perhaps \u2068Bob\u2069, who is invited: inv_" in told

"""What is posted to us counts only once GroupMe has said the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ground import Ground
from bot.inbound import PlatformSilent
from bot.platforms.groupme.arrivals import read_callback
from bot.platforms.groupme.posts import read_post
from bot.platforms.groupme.witness import LONGEST_REST_S, Witness
from bot.sandbox.faults import Fault
from bot.sandbox.groupme import wire
from core.chats import Chat
from core.groups import Group
from core.inbox import InboxRow, keep, list_waiting
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import rows

LATEST = "GET /groups/:group/messages"


class Seconds:
    """A monotonic clock that only tests move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def witness(rig: GroupMeRig, seconds: Seconds) -> Witness:
    return Witness(rig.groupme, seconds)


async def _posted(rig: GroupMeRig, callback: dict[str, Any]) -> InboxRow:
    """A row for what somebody has posted to our address."""
    arrivals = read_callback(json.dumps(callback).encode())
    await rig.ground.database.write(lambda s: keep(s, arrivals, now=rig.ground.clock()))
    return (await rig.ground.database.read(lambda s: list_waiting(s, limit=9)))[-1]


def _callback(rig: GroupMeRig, **changed: Any) -> dict[str, Any]:
    post = rig.world.write(rig.dana.address, rig.group.id, "/newgroup Lions")
    return wire.callback(post) | changed


@pytest.mark.attack(33)
@pytest.mark.parametrize(
    "forgery",
    [
        {"text": "/newgroup Bears"},
        {"user_id": "790000", "sender_id": "790000"},
        {"id": "799999"},
        {"group_id": "799999"},
        {"system": True, "sender_type": "system"},
    ],
    ids=["words", "sender", "message", "group", "system"],
)
async def test_a_forged_callback_does_nothing_and_is_counted(
    rig: GroupMeRig, ground: Ground, forgery: dict[str, Any]
) -> None:
    row = await _posted(rig, _callback(rig, **forgery))
    assert await rig.platform.handle(row) is False
    assert await rows(ground.database, Group) == []
    counted = ground.metrics.updates_forged.labels("groupme")._value.get()
    assert counted == (0 if "system" in forgery else 1)  # a room of nobody's is not asked about


async def test_what_groupme_confirms_is_done(rig: GroupMeRig, ground: Ground) -> None:
    assert await rig.platform.handle(await _posted(rig, _callback(rig)))
    assert [group.name for group in await rows(ground.database, Group)] == ["Lions"]


@pytest.mark.attack(33)
async def test_a_forged_admin_can_t_untie_the_room(rig: GroupMeRig, ground: Ground) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/bind", in_room=True)
    said = rig.world.write(rig.bob.address, rig.group.id, "/unbind")
    forged = wire.callback(said) | {"user_id": rig.dana.address, "sender_id": rig.dana.address}
    assert await rig.platform.handle(await _posted(rig, forged)) is False
    assert len(await rows(ground.database, Chat)) == 1


async def test_a_message_is_found_behind_a_page_of_others(
    rig: GroupMeRig, witness: Witness
) -> None:
    first = read_post(wire.callback(rig.world.write(rig.dana.address, rig.group.id, "/help")))
    for number in range(150):
        rig.world.write(rig.bob.address, rig.group.id, f"talk {number}")
    assert await witness.confirm(first)


async def test_talk_is_not_asked_about(rig: GroupMeRig) -> None:
    for number in range(20):
        rig.write(rig.bob, f"talk {number}", in_room=True)
    before = len(rig.sandbox.groupme_api.calls)
    assert await rig.work_off() == [False] * 20
    assert len(rig.sandbox.groupme_api.calls) == before


@pytest.mark.fault(52)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(LATEST, status=420),
        Fault(LATEST, status=429, parameters={"Retry-After": 37}),
        Fault(LATEST, status=502, body="<html>Bad Gateway</html>"),
        Fault(LATEST, status=200, body="<html>Maintenance</html>"),
        Fault(LATEST, times=2, drop="before"),
        Fault(LATEST, status=401),
    ],
    ids=["420", "429", "502", "html", "dropped", "401"],
)
async def test_while_groupme_is_silent_the_message_waits(
    rig: GroupMeRig, witness: Witness, seconds: Seconds, fault: Fault
) -> None:
    post = read_post(_callback(rig))
    rig.sandbox.faults.add(fault)
    with pytest.raises(PlatformSilent):
        await witness.confirm(post)
    seconds.now += LONGEST_REST_S
    assert await witness.confirm(post)


@pytest.mark.fault(52)
async def test_a_silent_groupme_is_left_alone_for_a_while(
    rig: GroupMeRig, witness: Witness
) -> None:
    post = read_post(_callback(rig))
    rig.sandbox.faults.add(Fault(LATEST, status=429, parameters={"Retry-After": 37}))
    for _ in range(50):
        with pytest.raises(PlatformSilent):
            await witness.confirm(post)
    assert rig.sandbox.groupme_api.calls.count(LATEST) == 1

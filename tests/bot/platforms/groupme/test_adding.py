"""Adding people by API: tried once, polled, and the share link where it does not go."""

from __future__ import annotations

from typing import Any

import pytest

from bot.groupme_adding import PAUSES_S, Adding
from bot.sandbox.faults import Fault
from core.platform_notes import PlatformNote
from tests.bot.platforms.groupme.rig import GroupMeRig
from tests.cast import rows

ADD, RESULTS = "POST /groups/:group/members/add", "GET /groups/:group/members/results/:results"


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def adding(rig: GroupMeRig, pauses: list[float]) -> Adding:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    rig.world.open_to_apps = True
    rig.world.share(rig.group.id)
    return Adding(rig.groupme, rig.ground, pause)


async def add(rig: GroupMeRig, adding: Adding) -> bool:
    """Whether Frank is in the group by our doing."""
    return await adding.add(str(rig.group.share_url), rig.world.find_account("Frank").id)


async def test_where_it_goes_they_are_in_once_the_result_is_there(
    rig: GroupMeRig, adding: Adding, pauses: list[float]
) -> None:
    assert await add(rig, adding)
    assert pauses == list(PAUSES_S[:2])  # the first time it was not ready
    assert rig.world.find_account("Frank").id in rig.group.members


@pytest.mark.fault(51)
async def test_a_refusal_is_remembered_for_good(rig: GroupMeRig, adding: Adding) -> None:
    rig.world.open_to_apps = False
    assert [await add(rig, adding) for _ in range(3)] == [False, False, False]
    rig.world.open_to_apps = True
    assert not await add(rig, Adding(rig.groupme, rig.ground))
    assert rig.sandbox.groupme_api.calls.count(ADD) == 1
    assert [note.name for note in await rows(rig.ground.database, PlatformNote)] == [
        "closed: adding"
    ]


@pytest.mark.fault(51)
async def test_who_is_absent_from_the_result_was_not_added(rig: GroupMeRig, adding: Adding) -> None:
    rig.world.find_account("Frank").blocks = True
    assert not await add(rig, adding)


@pytest.mark.fault(51)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(RESULTS, times=99, status=503),
        Fault(RESULTS, times=99, status=404),
        Fault(ADD, status=500),
        Fault(ADD, drop="after"),
    ],
    ids=["never ready", "forgotten", "500", "no answer"],
)
async def test_where_nothing_comes_of_it_the_link_is_offered_and_it_is_tried_again_for_others(
    rig: GroupMeRig, adding: Adding, fault: Fault
) -> None:
    rig.sandbox.faults.add(fault)
    assert not await add(rig, adding)
    rig.sandbox.faults.clear()
    assert await add(rig, adding)


@pytest.mark.attack(54)
async def test_people_are_added_by_their_account_and_never_by_a_phone(
    rig: GroupMeRig, adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = []
    post = rig.groupme._api.post

    async def watched(path: str, body: dict[str, Any]) -> Any:
        bodies.append(str(body))
        return await post(path, body)

    monkeypatch.setattr(rig.groupme._api, "post", watched)
    await add(rig, adding)
    assert "phone" not in bodies[0]
    assert "user_id" in bodies[0]


@pytest.mark.parametrize("url", ["https://t.me/+abc", "https://groupme.com/join_group/x/y", ""])
async def test_other_links_are_none_of_its_business(
    rig: GroupMeRig, adding: Adding, url: str
) -> None:
    assert not await adding.add(url, "7")
    assert rig.sandbox.groupme_api.calls == []

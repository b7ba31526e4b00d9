"""The client of GroupMe's API: what counts is the HTTP status, and no secret gets out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.groupme_api import GroupMeApi, GroupMeError
from bot.groupme_calls import GroupMe, group_id_of, room_address
from bot.sandbox.faults import Fault
from bot.sandbox.server import GROUPME_TOKEN, Sandbox

ME = "GET /users/me"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox("1000000001:SANDBOX-beside-groupme-000000000000000")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def groupme(sandbox: Sandbox) -> AsyncIterator[GroupMe]:
    running = GroupMe(GroupMeApi(GROUPME_TOKEN, sandbox.groupme_url))
    yield running
    await running.close()


async def refused(groupme: GroupMe) -> GroupMeError:
    with pytest.raises(GroupMeError) as caught:
        await groupme.me()
    assert GROUPME_TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value


async def test_the_status_decides_and_not_the_five_digits_in_the_envelope(
    groupme: GroupMe, sandbox: Sandbox
) -> None:
    assert await groupme.me() == (sandbox.groupme.club.id, "Club account")


async def test_a_refusal_is_told_in_groupme_s_words(groupme: GroupMe, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(ME, status=403, description="Not for you"))
    error = await refused(groupme)
    assert (error.reason, error.is_refusal, error.is_passing) == ("403 Not for you", True, False)


@pytest.mark.fault(52)
@pytest.mark.parametrize("status", [420, 429])
async def test_too_many_calls_name_a_wait(groupme: GroupMe, sandbox: Sandbox, status: int) -> None:
    sandbox.faults.add(Fault(ME, status=status, body="<html>slow down</html>"))
    error = await refused(groupme)
    assert (error.reason, error.retry_after_s, error.is_passing) == (str(status), 60.0, True)


async def test_no_answer_is_told_from_never_sent(groupme: GroupMe, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(ME, times=2, drop="before"))
    assert (await refused(groupme)).is_unknown
    await sandbox.stop()
    error = await refused(groupme)
    assert (error.is_unknown, error.is_passing) == (False, True)


@pytest.mark.parametrize("body", ["[]", "{}", '{"response": 7}', "null", "[" * 9999])
async def test_an_answer_of_another_form_is_an_error(
    groupme: GroupMe, sandbox: Sandbox, body: str
) -> None:
    sandbox.faults.add(Fault(ME, status=200, body=body))
    await refused(groupme)


@pytest.mark.attack(58)
@pytest.mark.parametrize("path", ["../bots", "1?x=1", "", "1/../2"])
async def test_what_is_no_id_never_gets_into_a_path(
    groupme: GroupMe, sandbox: Sandbox, path: str
) -> None:
    with pytest.raises(GroupMeError, match="no id"):
        await groupme.group(path)
    assert sandbox.groupme_api.calls == []


async def test_every_group_is_listed_once(groupme: GroupMe, sandbox: Sandbox) -> None:
    world = sandbox.groupme
    for number in range(250):
        world.put_in(world.add_group(f"Team {number}", world.club.id), world.club)
    listed = [group.id async for group in groupme.each_group()]
    assert (len(listed), len(set(listed))) == (251, 251)


def test_a_room_is_told_from_an_account() -> None:
    assert group_id_of(room_address("17")) == "17"
    assert group_id_of("17") is None

"""What the document promises of every POST and every PATCH, tried on each operation there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.web.api.document import openapi
from bot.web.api.operation import Operation
from bot.web.api.operations import OPERATIONS
from core.access import Role
from core.deliveries import DeliveryStatus
from tests.bot.web.api.conftest import Heard, Programs
from tests.bot.web.api.test_authorization import REQUESTS, plan_something
from tests.cast import Somebody
from tests.core.dead import lay
from tests.core.door import reach

DOCUMENT = openapi(OPERATIONS, server="http://usher.test")
POSTS = [one for one in OPERATIONS if one.method == "POST"]
PATCHES = [one for one in OPERATIONS if one.method == "PATCH"]
ACCEPT = ("/invites/{token}/accept", None)
# Another value of what the PATCH in REQUESTS changes, so that its ETag is another one.
OTHERWISE: Mapping[str, dict[str, Any]] = {
    "change_group": {"name": "Ocelots"},
    "change_member": {"role": "editor"},
    "change_event": {"note": "Bring tea"},
    "change_guest": {"notes": "Early"},
}
OTHERS = {"name": "Others", "text": "Other words", "first_name": "Other", "role": "member"}
OTHER_BODIES: Mapping[str, dict[str, Any]] = {
    "sign_player": {"name": "Alice"},
    "drain_outbox": {"group_id": "{match}"},
}


def headers_of(one: Operation) -> set[str]:
    described = DOCUMENT["paths"][one.route][one.method.lower()]
    return {each["name"] for each in described["parameters"] if each["in"] == "header"}


class Scene:
    """The Tigers with one of everything, and whoever asks for something there."""

    def __init__(self, programs: Programs, names: dict[str, object]) -> None:
        self.programs, self.names = programs, names

    async def ask(self, one: Operation, body: Any = None, **headers: str) -> Heard:
        """As the owner, who is in already: an invite is accepted by Charlie."""
        path, usual = REQUESTS.get(one.name, ACCEPT)
        asker = self.me if one.name in REQUESTS else self.programs.cast.charlie
        sent = self._filled(usual if body is None else body)
        return await self.programs.ask(
            asker, one.method, path.format(**self.names), sent, **headers
        )

    @property
    def me(self) -> Somebody:
        return self.programs.cast.alice

    async def tag(self, one: Operation) -> str:
        """Of what the operation changes, as a GET shows it."""
        path, _ = REQUESTS[one.name]
        return (await self.programs.get(self.me, path.format(**self.names))).headers["ETag"]

    def _filled(self, body: Any) -> Any:
        """Numbers stand in braces."""
        if not isinstance(body, dict):
            return body
        return {
            name: int(value.format(**self.names)) if str(value).startswith("{") else value
            for name, value in body.items()
        }


@pytest.fixture
async def scene(programs: Programs) -> Scene:
    cast = programs.cast
    [message] = await lay(cast, DeliveryStatus.DEAD, "-100500")
    await reach(cast, cast.alice, cast.bob)
    match, player, guest = await cast.write(lambda s: plan_something(s, cast))
    viewer = await cast.somebody("Vera", role=Role.VIEWER)
    made = await cast.invite(max_uses=9)
    names = {"tigers": cast.tigers.id, "viewer": viewer.id, "invite": made.public_id}
    more = {"message": message, "match": match, "player": player, "guest": guest}
    return Scene(programs, {**names, **more, "token": made.token})


def test_every_post_takes_a_key_and_every_patch_an_etag() -> None:
    assert POSTS
    assert PATCHES
    assert [one.name for one in POSTS if "Idempotency-Key" not in headers_of(one)] == []
    assert [one.name for one in PATCHES if "If-Match" not in headers_of(one)] == []
    reads = {one.path: one for one in OPERATIONS if one.method == "GET"}
    assert [one.name for one in PATCHES if not (one.tagged and reads[one.path].tagged)] == []
    assert {one.name for one in PATCHES} == OTHERWISE.keys()


@pytest.mark.parametrize("one", POSTS, ids=lambda one: one.name)
async def test_a_post_that_comes_twice_happens_once(scene: Scene, one: Operation) -> None:
    first = await scene.ask(one, Idempotency_Key="k")
    again = await scene.ask(one, Idempotency_Key="k")
    assert first.status < 300
    assert (again.status, again.body) == (first.status, first.body)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    if "body" not in one.takes:
        return
    other = await scene.ask(one, body=other_than(one), Idempotency_Key="k")
    assert (other.status, other.code) == (422, "repeat_differs")


@pytest.mark.parametrize("one", PATCHES, ids=lambda one: one.name)
async def test_a_patch_changes_only_what_was_seen(scene: Scene, one: Operation) -> None:
    before = await scene.tag(one)
    done = await scene.ask(one, If_Match=before)
    assert done.status == 200
    assert done.headers["ETag"] == await scene.tag(one) != before
    late = await scene.ask(one, body=OTHERWISE[one.name], If_Match=before)
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert await scene.tag(one) == done.headers["ETag"]
    anyway = await scene.ask(one, body=OTHERWISE[one.name], If_Match="*")
    assert anyway.status == 200


def other_than(one: Operation) -> dict[str, Any]:
    """A body that can be read and is not the one of before."""
    _, usual = REQUESTS[one.name]
    changed = {name: OTHERS[name] for name in usual if name in OTHERS}
    return {**usual, **changed} if changed else OTHER_BODIES[one.name]


def test_no_shape_waits_to_be_built() -> None:
    """Units run in threads, and of two that build one shape at once one may see half of it."""
    shapes = {shape for one in OPERATIONS for shape in (*one.takes.values(), one.gives) if shape}
    assert [one.__name__ for one in shapes if one.model_config.get("defer_build")] == []

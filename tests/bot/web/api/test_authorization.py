"""Every operation by every role from every relation does what the table says, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web.api.operations import OPERATIONS
from core.access import LEAST_ROLE, Permission, Role
from core.deliveries import DeliveryStatus
from core.events.making import create_event
from core.events.plans import EventPlan
from core.guests import Guest
from core.rosters import add_player
from tests.bot.test_matrix import RUNNING, Rehearsal, World, counts, settle, world
from tests.bot.web.api.conftest import Programs, Serving
from tests.cast import Cast, Somebody
from tests.core.dead import lay
from tests.core.door import reach

T = TypeVar("T")

__all__ = ["world"]

RELATIONS = ("own", "parent", "child", "sibling", "stranger", "left", "removed", "banned")
# The address and body of a request about the Tigers that an owner may make.
REQUESTS: Mapping[str, tuple[str, Any]] = {
    "found_group": ("/groups", {"name": "Owls", "parent_id": "{tigers}"}),
    "read_group": ("/groups/{tigers}", None),
    "change_group": ("/groups/{tigers}", {"name": "Lynxes"}),
    "remove_group": ("/groups/{tigers}", None),
    "list_members_of_group": ("/groups/{tigers}/members", None),
    "read_member": ("/groups/{tigers}/members/{viewer}", None),
    "change_member": ("/groups/{tigers}/members/{viewer}", {"role": "member"}),
    "end_member": ("/groups/{tigers}/members/{viewer}", None),
    "list_non_members": ("/groups/{tigers}/non-members?q=nobody", None),
    "list_invites_of_group": ("/groups/{tigers}/invites", None),
    "make_invite": ("/groups/{tigers}/invites", {"role": "viewer"}),
    "end_invite": ("/invites/{invite}", None),
    "send_invite_again": ("/invites/{invite}/resend", None),
    "invite_many": (
        "/groups/{tigers}/invites/bulk",
        {"people": [{"addresses": ["@somebody_else"]}], "role": "viewer"},
    ),
    "read_invite_stats": ("/groups/{tigers}/invites/stats", None),
    "list_players": ("/groups/{tigers}/players", None),
    "make_player": ("/groups/{tigers}/players", {"name": "Noa"}),
    "sign_player": ("/players/{player}/contract", {}),
    "plan_event": ("/events", {"name": "Match", "parent_id": "{tigers}"}),
    "read_event": ("/events/{match}", None),
    "change_event": ("/events/{match}", {"note": "Bring water"}),
    "call_event_off": ("/events/{match}", None),
    "read_event_stats": ("/events/{match}/stats", None),
    "list_guests_of_event": ("/events/{match}/guests", None),
    "put_guest": ("/events/{match}/guests", {"first_name": "Zed"}),
    "read_guest": ("/events/{match}/guests/{guest}", None),
    "change_guest": ("/events/{match}/guests/{guest}", {"notes": "Late"}),
    "end_guest": ("/events/{match}/guests/{guest}", None),
    "broadcast_to_guests": ("/events/{match}/broadcast", {"text": "Hello", "dry_run": True}),
    "write_to_one_guest": ("/events/{match}/guests/{guest}/message", {"text": "Hello"}),
    "import_guest_list": ("/events/{match}/guests/import", {"text": "Name\nZed Zorn"}),
    "list_outbox": ("/outbox?group_id={tigers}", None),
    "drain_outbox": ("/outbox/drain", {"group_id": "{tigers}"}),
    "retry_message": ("/outbox/{message}/retry", None),
    "list_audit": ("/groups/{tigers}/audit", None),
}
# What nobody needs a role for: one's own groups, and what a link offers.
OPEN = {"list_groups", "list_events", "read_invite_info", "accept_invite_by_token"}


def test_every_operation_is_tried_or_open_to_all() -> None:
    names = {one.name for one in OPERATIONS}
    assert names == REQUESTS.keys() | OPEN
    assert {one.name for one in OPERATIONS if one.permission is None} == OPEN


class Served(Rehearsal):
    """What only reads needs not be taken back."""

    async def read(self, unit: Callable[[Session], T]) -> T:
        return await self.database.read(unit)


class Trials:
    """Requests of a world whose effects are taken back, so that each trial starts alike."""

    def __init__(self, programs: Programs, names: Mapping[str, object]) -> None:
        self.programs, self.names = programs, names

    async def status(self, who: Somebody, name: str) -> int:
        path, body = REQUESTS[name]
        [one] = [one for one in OPERATIONS if one.name == name]
        filled = {key: self._fill(value) for key, value in body.items()} if body else body
        heard = await self.programs.ask(who, one.method, path.format(**self.names), filled)
        assert heard.status < 400 or heard.status in (403, 404), (name, heard)
        return heard.status

    def _fill(self, value: object) -> object:
        if isinstance(value, str) and value.startswith("{"):
            return int(value.format(**self.names))
        return value


@pytest.fixture
async def trials(serving: Serving, world: World) -> Trials:
    [message] = await lay(world.cast, DeliveryStatus.DEAD, "-100500")
    await reach(world.cast, world.cast.alice, world.cast.bob)
    match, player, guest = await world.cast.write(lambda s: plan_something(s, world.cast))
    programs = await serving(world.cast, database=Served(world.cast.database))
    names = {**_names(world), "message": message, "match": match, "player": player}
    names["guest"] = guest
    return Trials(programs, names)


@pytest.mark.attack(17)
@pytest.mark.attack(22)
@pytest.mark.parametrize("relation", RELATIONS)
async def test_what_is_done_is_what_the_table_allows(
    trials: Trials, world: World, relation: str
) -> None:
    for role in Role:
        who = await settle(world, role, relation)
        counted = counts(role, relation, pressed=False)
        for one in OPERATIONS:
            if one.permission is None:
                continue
            status = await trials.status(who, one.name)
            told = f"{one.name} by {role} from {relation}: {status}"
            here = counted if is_seen_from_above(one.name) else inherited(counted)
            assert (status < 400) == is_allowed(here, one.permission), told
            # Who has no role here learns not even that there is a group.
            assert here is not None or status == 404, told


@pytest.mark.attack(17)
async def test_a_rehearsed_deletion_deletes_nothing(trials: Trials, world: World) -> None:
    cast = world.cast
    assert await trials.status(cast.alice, "remove_group") == 204
    assert await trials.status(cast.alice, "read_group") == 200


def is_seen_from_above(name: str) -> bool:
    """Whether a role in the Tigers is enough as it is: of their match all of them see the card."""
    return "match" not in REQUESTS[name][0] or name == "read_event"


def inherited(role: Role | None) -> Role | None:
    """What a role in the Tigers is in their match, which stands below them."""
    return role if role in RUNNING else None


def is_allowed(role: Role | None, permission: Permission) -> bool:
    return role is not None and role.rank >= LEAST_ROLE[permission].rank


def plan_something(session: Session, cast: Cast) -> tuple[int, str, int]:
    """A match of the Tigers, and somebody on their roster."""
    alice, tigers = cast.alice(session), cast.tigers(session)
    plan = EventPlan(timezone="UTC", starts_at=cast.now + timedelta(days=7))
    match = create_event(session, alice, name="Derby", plan=plan, parent=tigers, now=cast.now)
    player = add_player(session, alice, group=tigers, name="Avi", now=cast.now)
    guest = session.scalars(select(Guest.id).where(Guest.event_id == match.id).limit(1)).one()
    return match.id, player.public_id, guest


def _names(world: World) -> dict[str, object]:
    return {
        "tigers": world.cast.tigers.id,
        "viewer": world.viewer.id,
        "invite": world.invite.public_id,
    }

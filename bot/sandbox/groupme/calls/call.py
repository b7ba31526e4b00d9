"""One call of the API: who calls, with what; and what a call is as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.groupme.errors import Refusal, not_found
from bot.sandbox.groupme.things import Account, Group
from bot.sandbox.groupme.world import World

MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Call:
    """`me` is the token's user; `path` what stands for the `:names` of the route."""

    world: World
    me: Account
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def my_group(self, group_id: str | None = None) -> Group:
        """A group that the token's user is in. Raises Refusal 404."""
        group = self.world.group(group_id or self.path["group"])
        if self.me.id not in group.members:
            raise not_found()
        return group

    def my_group_to_run(self) -> Group:
        """A group that the token's user administers. Raises Refusal 404, 403."""
        group = self.my_group()
        if not {"admin", "owner"} & set(group.members[self.me.id].roles):
            raise Refusal(403, "unauthorized")
        return group

    def number(self, name: str, default: int) -> int:
        given = self.query.get(name, "")
        return max(1, min(int(given), MOST_PER_PAGE)) if given.isdigit() else default

    def part(self, name: str) -> Mapping[str, Any]:
        """An object within the body. Raises Refusal 400."""
        found = self.body.get(name)
        if not isinstance(found, dict):
            raise Refusal(400, f"{name} is required")
        return found


@dataclass(frozen=True)
class Done:
    """A successful answer. `response` None is an answer without a body."""

    response: Any
    status: int = 200


@dataclass(frozen=True)
class Route:
    """`path` as the documentation writes it; `changes`: whether the ledger holds it."""

    method: str
    path: str
    act: Callable[[Call], Done]
    changes: bool = False

    @property
    def name(self) -> str:
        """By which a fault names it: `POST /bots/post`."""
        return f"{self.method} {self.path}"


def text_of(fields: Mapping[str, Any], name: str, longest: int) -> str:
    """A text of the body. Raises Refusal 400 in GroupMe's words."""
    given = fields.get(name)
    if not isinstance(given, str) or not given.strip():
        raise Refusal(400, f"{name.capitalize()} is required")
    if len(given) > longest:
        raise Refusal(400, f"{name.capitalize()} is too long (maximum is {longest} characters)")
    return given

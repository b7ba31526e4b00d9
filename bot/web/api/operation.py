"""Operation: one thing that programs can ask for; written once, read by server and document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.dispatch import Defaults
from bot.web.api.etags import check_match
from core.access import Actor, Permission

ROOT = "/api/v1"
TAKEN = ("path", "query", "body")
Result = TypeVar("Result", bound=BaseModel | None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request inside its unit of work. `address` is the network address that it comes
    from; `link` makes the address that shows an invite; `if_match` is the header.

    `actor` is there for every operation but a public one: read it by `me`.
    """

    session: Session
    now: datetime
    actor: Actor | None
    system_admins: frozenset[str]
    address: str
    link: Callable[[str], str]
    defaults: Defaults
    if_match: str | None = None

    @property
    def me(self) -> Actor:
        """Who asks."""
        assert self.actor is not None, "only a public operation has nobody"
        return self.actor

    def check_unchanged(self, current: BaseModel) -> None:
        """What is changed is still what the asker saw, if they say what they saw. Take the lock of
        what is changed first. Raises Conflict.
        """
        check_match(self.if_match, current)


@dataclass(frozen=True, slots=True)
class Operation:
    """`run` takes an Asked and, by name, what of `path`, `query` and `body` it declares.

    `permission` is what the verb will ask for, for the document; a `public` operation needs no
    credential. With `over` it may answer 410, about an invite that is over. `tagged`: its answer
    carries an ETag.
    """

    method: str
    path: str
    summary: str
    tag: str
    run: Callable[..., Any]
    takes: dict[str, type[BaseModel]]
    gives: type[BaseModel] | None
    status: int
    permission: Permission | None = None
    public: bool = False
    over: bool = False
    tagged: bool = False
    description: str = ""

    @property
    def name(self) -> str:
        """Its operationId: `list_members`."""
        return self.run.__name__

    @property
    def route(self) -> str:
        return ROOT + self.path

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def operation(
    method: str,
    path: str,
    summary: str,
    *,
    tag: str,
    status: int = 200,
    permission: Permission | None = None,
    public: bool = False,
    over: bool = False,
    tagged: bool = False,
) -> Callable[[Callable[..., Result]], Operation]:
    """Makes an Operation of a function; its annotations say what it takes and gives.

    The function's docstring is its description in the document.
    """

    def declare(run: Callable[..., Result]) -> Operation:
        hints = get_type_hints(run)
        gives = hints.pop("return")
        takes = {name: model for name, model in hints.items() if name in TAKEN}
        nothing = gives is type(None)
        return Operation(
            method=method,
            path=path,
            summary=summary,
            tag=tag,
            run=run,
            takes=takes,
            gives=None if nothing else gives,
            status=204 if nothing else status,
            permission=permission,
            public=public,
            over=over,
            tagged=tagged,
            description=" ".join((run.__doc__ or "").split()),
        )

    return declare

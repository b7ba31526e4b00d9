"""Working: an operation as one unit of work, for whoever its credential shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.dispatch import Defaults
from bot.web.api.callers import READINGS, Caller, Credential, Reading, note_use
from bot.web.api.etags import etag_of
from bot.web.api.operation import Asked, Operation
from bot.web.api.rates import Rate
from bot.web.api.refusing import Unauthorized
from bot.web.api.repeating import Repeating
from core.access import Actor
from core.database import Database, attempt
from core.errors import Conflict, CoreError, DatabaseUnavailable
from core.people import keys_of
from core.people.selves import is_overtaken

TRIES = 3


class Overtaken(Exception):
    """Another unit merged or erased the person meanwhile: nothing was changed, run it again."""


@dataclass(frozen=True, slots=True)
class Api:
    """All that the operations stand on. `public_url` is what links begin with; `monotonic` tells
    seconds that only rise.
    """

    database: Database
    now: Callable[[], datetime]
    stopping: asyncio.Event
    monotonic: Callable[[], float]
    public_url: str
    system_admins: frozenset[str] = frozenset()
    defaults: Defaults = field(default_factory=Defaults)
    rate: Rate = field(default_factory=Rate)
    readings: Sequence[Reading] = READINGS

    def invite_link(self, token: str) -> str:
        """The page that shows the invite."""
        return f"{self.public_url.rstrip('/')}/i/{token}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: a body of JSON, or none, or the refusal in its place. `repeated`: it
    came of the same request before. `used_key` is the ApiKey whose use is still to be noted.
    """

    status: int = 0
    body: bytes = b""
    etag: str | None = None
    refused: CoreError | None = None
    repeated: bool = False
    used_key: Caller | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One request that was read. `found` is what the operation takes by name."""

    api: Api
    operation: Operation
    credential: Credential | None
    found: Mapping[str, BaseModel]
    address: str
    if_match: str | None = None
    repeating: Repeating | None = None

    async def read(self) -> Outcome:
        """Raises Unauthorized, DatabaseUnavailable."""
        database = self.api.database
        try:
            outcome = await database.read(self._look)
        except CoreError as error:
            if error.aftermath is not None:
                await database.write(error.aftermath)
            return Outcome(refused=error)
        if (caller := outcome.used_key) is not None:
            now = self.api.now()
            with suppress(DatabaseUnavailable):  # what was asked for has been found all the same
                await database.write(lambda session: note_use(session, caller, now=now))
        return outcome

    async def write(self) -> Outcome:
        """Raises Unauthorized, DatabaseUnavailable."""
        for _ in range(TRIES):
            with suppress(Overtaken):
                return await self.api.database.write(self._act)
        return Outcome(refused=Conflict("busy"))

    def _look(self, session: Session) -> Outcome:
        now = self.api.now()
        caller = self._caller(session, now)
        outcome = self._run(session, caller, now)
        if caller is not None and caller.key_id is not None:
            return replace(outcome, used_key=caller)
        return outcome

    def _act(self, session: Session) -> Outcome:
        now = self.api.now()
        try:
            caller = self._caller(session, now)
            outcome = attempt(session, lambda: self._once(session, caller, now))
        except CoreError as error:
            return Outcome(refused=error)
        if caller is not None:
            note_use(session, caller, now=now)
            if is_overtaken(session, caller.person):
                raise Overtaken
        return outcome

    def _caller(self, session: Session, now: datetime) -> Caller | None:
        if self.credential is None:
            return None
        caller = self.credential.find(session, now=now)
        if caller is None:
            raise Unauthorized
        return caller

    def _once(self, session: Session, caller: Caller | None, now: datetime) -> Outcome:
        """What it brings about, or, if it came before, what came of that."""
        if self.repeating is None:
            return self._run(session, caller, now)
        before = self.repeating.begin(session, now=now)
        if before is not None:
            status, body = before
            return Outcome(status, body, repeated=True)
        outcome = self._run(session, caller, now)
        self.repeating.finish(session, outcome.status, outcome.body)
        return outcome

    def _run(self, session: Session, caller: Caller | None, now: datetime) -> Outcome:
        asked = Asked(
            session=session,
            now=now,
            actor=self._actor(session, caller) if caller is not None else None,
            system_admins=self.api.system_admins,
            address=self.address,
            link=self.api.invite_link,
            defaults=self.api.defaults,
            if_match=self.if_match,
        )
        shown = self.operation.run(asked, **self.found)
        if shown is None:
            return Outcome(self.operation.status)
        etag = etag_of(shown) if self.operation.tagged else None
        return Outcome(self.operation.status, shown.model_dump_json().encode(), etag)

    def _actor(self, session: Session, caller: Caller) -> Actor:
        """A limited key never acts as a system admin: the settings name people, not keys."""
        rulers = self.api.system_admins
        rules = caller.scope is None and bool(
            rulers and rulers & keys_of(session, caller.person.id)
        )
        return Actor(
            caller.person,
            via=caller.via,
            system_admins=rulers,
            system_admin=rules,
            address=self.address,
            scope=caller.scope,
        )

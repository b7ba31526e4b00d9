"""Who a browser is signed in as: the one place where its cookie becomes an Actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from aiohttp import hdrs, web
from sqlalchemy.orm import Session

from bot.web.cookies import SESSION, VISIT, Visit, visit_of
from bot.web.devices import device_of
from bot.web.front import Front, Overtaken
from bot.web.visitors import address_of
from core.access import Actor
from core.errors import Forbidden
from core.people import Person, keys_of
from core.people.selves import is_overtaken
from core.people.web_sessions import (
    LIFE,
    Beginning,
    begin_session,
    find_session,
    is_to_be_touched,
    touch_session,
)

VIA = "web"
T = TypeVar("T")
Response = TypeVar("Response", bound=web.StreamResponse)


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request, as what it means for the core. Made outside of any transaction, and asked
    inside of one.
    """

    front: Front
    visit: Visit
    address: str
    device: str
    is_signing_in: bool = False

    @property
    def guesser(self) -> str:
        return f"address:{self.address}"

    def actor(self, session: Session) -> Actor | None:
        """Who is signed in here, if anybody is."""
        now = self.front.now()
        found = find_session(session, token=self.visit.signed_in_by, now=now)
        return None if found is None else self.as_actor(session, found.person)

    def as_actor(self, session: Session, person: Person) -> Actor:
        """Somebody who has shown who they are. By today's settings they may be a system admin."""
        rulers = self.front.system_admins
        ruling = bool(rulers) and not rulers.isdisjoint(keys_of(session, person.id))
        return Actor(person, VIA, rulers, ruling, address=self.address)

    def sign_in(self, session: Session, person: Person, beginning: Beginning) -> Visitor:
        """The visitor who is that person from now on; `finish` has the browser remember."""
        _, secret = begin_session(
            session,
            self.as_actor(session, person),
            beginning=beginning,
            device=self.device,
            now=self.front.now(),
        )
        return replace(self, visit=replace(self.visit, signed_in_by=secret), is_signing_in=True)

    async def act(self, deed: Callable[[Session, Actor], T]) -> T:
        """Have who is signed in do it. Raises Forbidden for nobody, with the way to sign in."""

        def unit(session: Session) -> T:
            actor = known(session, self)
            done = deed(session, actor)
            if is_overtaken(session, actor.person):
                raise Overtaken
            return done

        return await self.front.do(unit)

    def is_stale(self, session: Session) -> bool:
        """Whether its last use was noted so long ago that it is worth a write."""
        now = self.front.now()
        found = find_session(session, token=self.visit.signed_in_by, now=now)
        return found is not None and is_to_be_touched(found, now=now)

    def touch(self, session: Session) -> None:
        """Note that it was used."""
        touch_session(session, token=self.visit.signed_in_by, now=self.front.now())

    def finish(self, response: Response) -> Response:
        """Have the browser keep what it needs for the next request."""
        if self.visit.is_new:
            self.front.jar.keep(response, VISIT, self.visit.secret, for_s=None)
        if self.is_signing_in:
            lasts_s = int(LIFE.total_seconds())
            self.front.jar.keep(response, SESSION, self.visit.signed_in_by, for_s=lasts_s)
        return response

    def sign_out(self, response: Response) -> Response:
        """This browser forgets."""
        self.front.jar.drop(response, SESSION)
        return response


def known(session: Session, visitor: Visitor) -> Actor:
    """Who is signed in. Raises Forbidden for nobody, with the way to sign in."""
    actor = visitor.actor(session)
    if actor is None:
        raise Forbidden("not_signed_in")
    return actor


def visitor_of(request: web.Request, front: Front) -> Visitor:
    device = device_of(request.headers.get(hdrs.USER_AGENT, ""))
    return Visitor(front, visit_of(request, front.jar), address_of(request), device)

"""/me: what somebody who is signed in sees of themselves, and how they sign out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from bot.texts import Reader, Text, say
from bot.web.canvas import draw, go_to
from bot.web.cookies import CSRF_FOR, Visit
from bot.web.forms import read_form
from bot.web.front import Front
from bot.web.paging import paged
from bot.web.sheets import Form, Part, Row, Sheet
from bot.web.signed_in import Visitor, known, visitor_of
from bot.web.visitors import reader_of
from bot.words import role_word
from core.access import Actor, Member
from core.invites import Invite
from core.invites.redemptions import accept_invite
from core.invites.waiting import list_waiting, take_waiting
from core.members import list_memberships
from core.people.web_sessions import WebSession, end_all_sessions, end_session, list_sessions
from core.tokens import digest

HOME = "/me"


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands on the page."""

    name: str
    zone: str | None
    groups: list[Member]
    waiting: list[Invite]
    browsers: list[WebSession]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class HomePage:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        visitor = visitor_of(request, self.front)
        seen = await self.front.look(lambda s: self._see(s, visitor))
        if seen.is_stale:
            await self.front.do(visitor.touch)
        browser = reader_of(request, self.front.reader)
        reader = Reader(browser.locale, seen.zone or browser.timezone)
        return visitor.finish(draw(home_sheet(seen, visitor.visit), reader))

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """An invite that waits for whoever is signed in."""
        visitor, code = await self._asked(request), request.match_info["invite"]
        now = self.front.now()
        await visitor.act(lambda s, actor: _accept(s, actor, code, now))
        return go_to(HOME)

    async def end(self, request: web.Request) -> web.StreamResponse:
        """Sign one browser out."""
        visitor, public_id = await self._asked(request), request.match_info["session"]
        now = self.front.now()
        await visitor.act(lambda s, actor: end_session(s, actor, public_id=public_id, now=now))
        return go_to(HOME)

    async def end_all(self, request: web.Request) -> web.StreamResponse:
        visitor = await self._asked(request)
        now = self.front.now()
        await visitor.act(lambda s, actor: end_all_sessions(s, actor, now=now))
        return visitor.sign_out(go_to(HOME))

    async def csrf(self, request: web.Request) -> web.StreamResponse:
        """What a script on a page of ours sends along when it changes something by the REST API."""
        visitor = visitor_of(request, self.front)
        await self.front.look(lambda s: known(s, visitor).person.id)
        return visitor.finish(web.json_response({"token": visitor.visit.nonce(CSRF_FOR)}))

    async def _asked(self, request: web.Request) -> Visitor:
        await read_form(request, self.front.jar)
        return visitor_of(request, self.front)

    def _see(self, session: Session, visitor: Visitor) -> Seen:
        now, actor = self.front.now(), known(session, visitor)
        return Seen(
            actor.person.name,
            actor.person.timezone,
            list_memberships(session, actor.person.id),
            list_waiting(session, actor, now=now),
            list_sessions(session, actor, now=now),
            visitor.is_stale(session),
        )


def _accept(session: Session, actor: Actor, code: str, now: datetime) -> None:
    take_waiting(session, actor, now=now)
    accept_invite(session, actor, code=code, now=now)


def home_sheet(seen: Seen, visit: Visit) -> Sheet:
    groups = Part(
        say("Your groups"),
        () if seen.groups else (say("You are in no group yet."),),
        tuple(Row(_membership(member)) for member in seen.groups),
    )
    waiting = Part(
        say("Invites for you"), rows=tuple(_waiting(invite, visit) for invite in seen.waiting)
    )
    parts = (waiting, groups) if seen.waiting else (groups,)
    return Sheet(
        say("Hello {name}!", name=seen.name), parts=(*parts, _browsers(seen.browsers, visit))
    )


def _membership(member: Member) -> Text:
    role = role_word(member.group.kind, member.role, member.label)
    return say("<b>{group}</b>: {role}", group=member.group.name, role=role)


def _waiting(invite: Invite, visit: Visit) -> Row:
    group, action = invite.group.name, f"{HOME}/invites/{invite.public_id}"
    role = role_word(invite.group.kind, invite.role, invite.label)
    accept = Form(say("Join {group}", group=group), action, visit.hidden(action))
    return Row(say("<b>{group}</b>: {role}", group=group, role=role), (accept,))


def _browsers(found: Sequence[WebSession], visit: Visit) -> Part:
    mine, action = digest(visit.signed_in_by), f"{HOME}/sign-out"
    rows = tuple(_browser(one, visit, is_this=one.digest == mine) for one in found)
    everywhere = Form(say("Sign out everywhere"), action, visit.hidden(action), quiet=True)
    return Part(say("Where you are signed in"), rows=rows, ways=(everywhere,))


def _browser(one: WebSession, visit: Visit, *, is_this: bool) -> Row:
    action = f"{HOME}/browsers/{one.public_id}"
    if is_this:
        told, label = say("{device}, this one", device=one.device), say("Sign out here")
    else:
        told = say("{device}, last used {time}", device=one.device, time=one.seen_at)
        label = say("Sign out {device}", device=one.device)
    return Row(told, (Form(label, action, visit.hidden(action), quiet=True),))


def add_home_page(service: web.Application, front: Front) -> None:
    home = HomePage(front)
    service.router.add_get(HOME, paged(front, home.show))
    service.router.add_get(f"{HOME}/csrf", paged(front, home.csrf))
    service.router.add_post(f"{HOME}/invites/{{invite}}", paged(front, home.accept))
    service.router.add_post(f"{HOME}/browsers/{{session}}", paged(front, home.end))
    service.router.add_post(f"{HOME}/sign-out", paged(front, home.end_all))

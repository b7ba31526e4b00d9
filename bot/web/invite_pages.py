"""/i/{token}: an invite for whoever opens its link in a browser. To look changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.texts import say
from bot.web.canvas import draw
from bot.web.front import Front
from bot.web.invite_sheets import (
    ACCEPT,
    ASK,
    email_part,
    groupme_part,
    member_sheet,
    offer_sheet,
    over_sheet,
    path_of,
)
from bot.web.paging import paged, refused
from bot.web.sheets import Form, Link, Part, Way
from bot.web.signed_in import Visitor, visitor_of
from bot.web.visitors import reader_of
from core.access import Actor
from core.chats import Chat, list_chats
from core.chats.reconciliations import ACCOUNT_NOTE
from core.errors import Conflict
from core.invites import Invite
from core.invites.peeking import is_provable_by_email, peek_invite
from core.members import find_member
from core.platform_notes import recall


@dataclass(frozen=True, slots=True)
class Looked:
    """What is behind the link: the invite, or why it lets nobody in. `name` is who is signed in,
    `rooms` are those of the group where that is a member. `account` is ours on GroupMe.
    """

    invite: Invite | Conflict
    name: str | None
    rooms: list[Chat] | None
    account: str | None


@dataclass(frozen=True, slots=True)
class InvitePages:
    front: Front

    async def show(self, request: web.Request) -> web.StreamResponse:
        token, visitor = request.match_info["token"], visitor_of(request, self.front)
        looked = await self.front.look(lambda s: self._look(s, visitor, token))
        return visitor.finish(self._answer(request, visitor, token, looked))

    def _look(self, session: Session, visitor: Visitor, token: str) -> Looked:
        found, actor = self._peek(session, visitor, token), visitor.actor(session)
        rooms = _rooms_of(session, actor, found) if actor is not None else None
        account = recall(session, platform="groupme", name=ACCOUNT_NOTE)
        return Looked(found, actor.person.name if actor else None, rooms, account)

    def _peek(self, session: Session, visitor: Visitor, token: str) -> Invite | Conflict:
        try:
            return peek_invite(
                session,
                token=token,
                guesser=visitor.guesser,
                system_admins=self.front.system_admins,
                now=self.front.now(),
            )
        except Conflict as error:
            return error

    def _answer(
        self, request: web.Request, visitor: Visitor, token: str, looked: Looked
    ) -> web.Response:
        reader, found = reader_of(request, self.front.reader), looked.invite
        if looked.rooms is not None:
            group = found.fields["group"] if isinstance(found, Conflict) else found.group.name
            return draw(member_sheet(str(group), rooms=looked.rooms), reader)
        if isinstance(found, Conflict):
            sheet = over_sheet(found, *self._ways_on(visitor, token, looked))
            return refused(found, self.front, request, sheet)
        ways, parts = self._ways_in(visitor, token, looked, found)
        return draw(offer_sheet(found, token, ways, parts), reader)

    def _ways_in(
        self, visitor: Visitor, token: str, looked: Looked, invite: Invite
    ) -> tuple[list[Way], list[Part]]:
        """Who is signed in answers here; everybody else where they are known, or by e-mail."""
        ways: list[Way] = []
        parts: list[Part] = []
        if looked.name is not None:
            ways += _answers(visitor, token, looked.name)
        elif self.front.by_email and is_provable_by_email(invite):
            parts.append(email_part(token, visitor.visit, deed=ACCEPT))
        link = self.front.telegram_link(token)
        if link is not None:
            ways.append(Link(say("Open in Telegram"), link, quiet=looked.name is not None))
        if looked.account is not None:
            page = self.front.public_url + path_of(token)
            parts.insert(0, groupme_part(looked.account, page))
        return ways, parts

    def _ways_on(
        self, visitor: Visitor, token: str, looked: Looked
    ) -> tuple[list[Way], list[Part]]:
        """From an invite that is over: the group's admins can be asked for another."""
        if looked.name is not None:
            action = f"{path_of(token)}/ask"
            hidden = visitor.visit.hidden(action)
            return [Form(say("Ask for a new invite"), action, hidden)], []
        link = self.front.telegram_link(token)
        ways: list[Way] = [Link(say("Ask for a new invite in Telegram"), link)] if link else []
        by_email = self.front.by_email
        return ways, [email_part(token, visitor.visit, deed=ASK)] if by_email else []


def _rooms_of(session: Session, actor: Actor, found: Invite | Conflict) -> list[Chat] | None:
    """Those of the group, for its members alone."""
    told = found.fields["group_id"] if isinstance(found, Conflict) else found.group_id
    group_id = int(str(told))
    member = find_member(session, person_id=actor.person.id, group_id=group_id)
    return list(list_chats(session, group_id)) if member is not None and member.is_active else None


def _answers(visitor: Visitor, token: str, name: str) -> list[Way]:
    accept, decline = (f"{path_of(token)}/{deed}" for deed in ("accept", "decline"))
    return [
        Form(say("Accept as {person}", person=name), accept, visitor.visit.hidden(accept)),
        Form(say("Decline"), decline, visitor.visit.hidden(decline), quiet=True),
    ]


def add_invite_pages(service: web.Application, front: Front) -> None:
    pages = InvitePages(front)
    service.router.add_get("/i/{token}", paged(front, pages.show))

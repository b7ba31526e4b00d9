"""An admin's question to somebody who asks to come in, and the answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Actor, Permission, require
from core.chats.requests import (
    ANSWER_LIMIT,
    JoinRequest,
    RequestState,
    get_request,
    note_request,
    whole,
)
from core.errors import Conflict, Invalid, NotFound
from core.facts import RequestAnswered, RequestQuestioned
from core.names import clean_text, cut
from core.outbox import record
from core.people import Identity


def question_requester(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[JoinRequest, bool]:
    """Ask them to say more about themselves. The request, and whether they were asked now: who
    was asked before and has not answered is left in peace.

    Raises NotFound, Forbidden, or Conflict when they can't be written to.
    """
    request = get_request(session, actor, public_id)
    require(session, actor, Permission.ANSWER_REQUESTS, request.group)
    if request.state is not RequestState.OPEN or request.questioned_at is not None:
        return request, False
    if not request.identity.reachable and now >= request.reply_until:
        raise Conflict("too_late_to_ask", person=request.person.name)
    request.questioned_at = now
    asked = RequestQuestioned(
        group_id=request.group.id, request=request.public_id, by_id=actor.person.id
    )
    record(session, asked, now=now)
    note_request(session, actor, request, action="request.questioned", now=now)
    return request, True


def answer_question(session: Session, actor: Actor, *, text: str, now: datetime) -> JoinRequest:
    """Who asked to come in tells more about themselves; once for each time they were asked.

    Raises NotFound when nobody asked, or Invalid.
    """
    words = clean_text(text)
    if cut(words, ANSWER_LIMIT) != words:
        raise Invalid("note_too_long", limit=ANSWER_LIMIT)
    request = session.scalar(
        whole()
        .where(
            Identity.person_id == actor.person.id,
            JoinRequest.state == RequestState.OPEN,
            JoinRequest.questioned_at.is_not(None),
        )
        .join(Identity, Identity.id == JoinRequest.identity_id)
        .order_by(JoinRequest.questioned_at.desc())
        .limit(1)
    )
    if request is None:
        raise NotFound("nothing_asked")
    request.answer, request.questioned_at = words, None
    answered = RequestAnswered(group_id=request.group.id, request=request.public_id)
    record(session, answered, now=now)
    note_request(session, actor, request, action="request.answered", now=now)
    return request

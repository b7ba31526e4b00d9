"""JoinRequest: somebody at the door of a group's room, until an admin or an invite decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, select, text, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import Actor, Member, MemberState, Permission, Role, require, standing
from core.audit import note
from core.chats import Chat
from core.errors import Conflict, Invalid, NotFound
from core.facts import (
    MemberJoined,
    RequestAnswered,
    RequestDecided,
    RequestQuestioned,
    RequestSettled,
)
from core.groups import Group
from core.members import admit, lock_member, lock_members
from core.model import Base, Id, Moment, change, choice
from core.names import clean_text, cut
from core.outbox import record
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person, lock_person
from core.tokens import is_public_id

ANSWER_LIMIT = 200
LINK_LIMIT = 32
PAGE_SIZE = 10
# Telegram lets a bot write to who asked for so long, though they never pressed Start
# (Bot API, ChatJoinRequest.user_chat_id).
OPEN_CHAT_FOR = timedelta(minutes=5)


class RequestState(StrEnum):
    """`elsewhere`: somebody decided in the platform's own window, not through us."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    ELSEWHERE = "elsewhere"


class JoinRequest(Base):
    """`link` names the invite link they came by. `reply_address` may be written to until
    `reply_until`, also when the person can't be reached otherwise.
    """

    __tablename__ = "join_requests"
    __table_args__ = (Index(None, "chat_id", "state", "id"),)

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    identity_id: Mapped[int] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "state"))
    link: Mapped[str | None] = mapped_column(String(LINK_LIMIT))
    reply_address: Mapped[str] = mapped_column(String(64))
    reply_until: Mapped[Moment]
    asked_at: Mapped[Moment]
    reminded_at: Mapped[Moment | None]
    questioned_at: Mapped[Moment | None]
    answer: Mapped[str | None] = mapped_column(String(ANSWER_LIMIT))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    decided_at: Mapped[Moment | None]

    chat: Mapped[Chat] = relationship(lazy="raise", innerjoin=True)
    identity: Mapped[Identity] = relationship(lazy="raise", innerjoin=True)
    decided_by: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def person(self) -> Person:
        return self.identity.person

    @property
    def group(self) -> Group:
        return self.chat.group


_OPEN = text("state = 'open'")
# One open request of one person at one door; and what the reminder looks through.
Index(
    "uq_join_requests_open",
    JoinRequest.chat_id,
    JoinRequest.identity_id,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_join_requests_asked", JoinRequest.asked_at, sqlite_where=_OPEN, postgresql_where=_OPEN)


def find_request(session: Session, public_id: str) -> JoinRequest | None:
    """The request with its room, group, person and who decided, or None."""
    return session.scalar(_whole().where(JoinRequest.public_id == public_id))


def list_requests(
    session: Session, actor: Actor, *, group: Group, cursor: Cursor | None = None
) -> Page[JoinRequest]:
    """Who waits at the doors of the group's rooms, ten a page, the longest waiting first.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.ANSWER_REQUESTS, group)
    doors = select(Chat.id).where(Chat.group_id == group.id)
    query = _whole().where(JoinRequest.chat_id.in_(doors), JoinRequest.state == RequestState.OPEN)
    return turn_to(
        session, query, key=JoinRequest.id, id_of=lambda row: row.id, cursor=cursor, size=PAGE_SIZE
    )


def decide_request(
    session: Session, actor: Actor, *, public_id: str, let_in: bool, now: datetime
) -> tuple[JoinRequest, bool]:
    """Let them in, as a member, or turn them away. The request, and whether this decided it: of
    two admins who decide at once the first does, and the second learns who it was.

    Raises NotFound, Forbidden, or Conflict when who asked is banned from the group.
    """
    request = _get(session, actor, public_id)
    lock_members(session, request.group)
    require(session, actor, Permission.ANSWER_REQUESTS, request.group)
    lock_person(session, request.person)
    member = lock_member(session, person_id=request.person.id, group_id=request.group.id)
    if let_in and member is not None and member.state is MemberState.BANNED:
        raise Conflict("person_banned", person=request.person.name, group=request.group.name)
    state = RequestState.APPROVED if let_in else RequestState.DECLINED
    if not close(session, request, state, by=actor.person, now=now):
        return request, False
    tell_platform(session, request, let_in=let_in, now=now)
    record(session, RequestSettled(group_id=request.group.id, request=public_id), now=now)
    _note(session, actor, request, action=f"request.{state.value}", now=now)
    if let_in:
        _take_in(session, request, member, now=now)
    return request, True


def question_requester(
    session: Session, actor: Actor, *, public_id: str, now: datetime
) -> tuple[JoinRequest, bool]:
    """Ask them to say more about themselves. The request, and whether they were asked now: who
    was asked before and has not answered is left in peace.

    Raises NotFound, Forbidden, or Conflict when they can't be written to.
    """
    request = _get(session, actor, public_id)
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
    _note(session, actor, request, action="request.questioned", now=now)
    return request, True


def answer_question(session: Session, actor: Actor, *, text: str, now: datetime) -> JoinRequest:
    """Who asked to come in tells more about themselves; once for each time they were asked.

    Raises NotFound when nobody asked, or Invalid.
    """
    words = clean_text(text)
    if cut(words, ANSWER_LIMIT) != words:
        raise Invalid("note_too_long", limit=ANSWER_LIMIT)
    request = session.scalar(
        _whole()
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
    _note(session, actor, request, action="request.answered", now=now)
    return request


def settle_elsewhere(
    session: Session, *, chat_id: int, identity_id: int, by: Person | None, now: datetime
) -> None:
    """The platform shows that it was decided without us: nobody needs to decide any more."""
    request = session.scalar(
        _whole().where(
            JoinRequest.chat_id == chat_id,
            JoinRequest.identity_id == identity_id,
            JoinRequest.state == RequestState.OPEN,
        )
    )
    if request is not None and close(session, request, RequestState.ELSEWHERE, by=by, now=now):
        settled = RequestSettled(group_id=request.group.id, request=request.public_id)
        record(session, settled, now=now)


def close(
    session: Session,
    request: JoinRequest,
    state: RequestState,
    *,
    by: Person | None,
    now: datetime,
) -> bool:
    """Decide the request if nobody has; whether this did."""
    first = change(
        session,
        update(JoinRequest)
        .where(JoinRequest.id == request.id, JoinRequest.state == RequestState.OPEN)
        .values(state=state, decided_by_id=by.id if by else None, decided_at=now),
    )
    current = _whole().where(JoinRequest.id == request.id)
    session.scalars(current.execution_options(populate_existing=True)).one()
    return first == 1


def tell_platform(session: Session, request: JoinRequest, *, let_in: bool, now: datetime) -> None:
    decided = RequestDecided(group_id=request.group.id, request=request.public_id, let_in=let_in)
    record(session, decided, now=now)


def _whole() -> Select[JoinRequest]:
    return select(JoinRequest).options(
        joinedload(JoinRequest.chat, innerjoin=True).joinedload(Chat.group, innerjoin=True),
        joinedload(JoinRequest.identity, innerjoin=True).joinedload(
            Identity.person, innerjoin=True
        ),
        joinedload(JoinRequest.decided_by),
    )


def _get(session: Session, actor: Actor, public_id: str) -> JoinRequest:
    request = find_request(session, public_id) if is_public_id(public_id) else None
    if request is None or standing(session, actor, request.group) is None:
        raise NotFound("no_such_request", request=public_id)
    return request


def _take_in(
    session: Session, request: JoinRequest, member: Member | None, *, now: datetime
) -> None:
    """As a member, unless they are one already and keep their role."""
    person, group = request.person, request.group
    if member is not None and member.state is MemberState.ACTIVE:
        return
    admit(session, member, person=person, group=group, role=Role.MEMBER, now=now)
    if person.current_group_id is None:
        person.current_group_id = group.id
    record(session, MemberJoined(group_id=group.id, person_id=person.id, invite_id=None), now=now)


def _note(
    session: Session, actor: Actor, request: JoinRequest, *, action: str, now: datetime
) -> None:
    note(
        session,
        actor,
        action=action,
        group=request.group,
        now=now,
        subject=request.public_id,
        person=request.person.id,
    )

"""JoinRequest: somebody at a group's door, until an admin or an invite decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from core.access import (
    Actor,
    Permission,
    Role,
    require,
    standing,
)
from core.audit import note
from core.chats import Chat
from core.database.prepared import Prepared
from core.errors import NotFound
from core.facts import RequestDecided, RequestSettled
from core.groups import Group
from core.invites import Invite
from core.model import Base, Id, Moment, change, choice
from core.outbox import record
from core.pages import Cursor, Page, turn_to
from core.people import Identity, Person
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
    """At the door of the room `chat`, or of the group itself, when their invite `invite_id` did not
    open it. `link` names the invite link they came by. `reply_address` may be written to until
    `reply_until`, also when the person can't be reached otherwise.
    """

    __tablename__ = "join_requests"
    __table_args__ = (Index(None, "group_id", "state", "id"),)

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    invite_id: Mapped[int | None] = mapped_column(
        ForeignKey("invites.id", ondelete="SET NULL"), index=True
    )
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

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)
    chat: Mapped[Chat | None] = relationship(lazy="raise")
    invite: Mapped[Invite | None] = relationship(lazy="raise")
    identity: Mapped[Identity] = relationship(lazy="raise", innerjoin=True)
    decided_by: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def person(self) -> Person:
        return self.identity.person

    @property
    def place(self) -> str:
        """Where they want to come in, in the words of who named it."""
        return self.group.name if self.chat is None else self.chat.title

    @property
    def role(self) -> Role:
        """What an approval makes of them: what their invite offers where it wanted them to ask
        first, else a viewer where it said so, or a member.
        """
        if self.invite is None:
            return Role.MEMBER
        return self.invite.role if self.invite.asks else self.least_role

    @property
    def least_role(self) -> Role:
        """The same when their invite does not open: that never hands out more than membership."""
        offered = Role.MEMBER if self.invite is None else self.invite.role
        return min(offered, Role.MEMBER, key=lambda role: role.rank)


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
Index("ix_join_requests_chat_id", JoinRequest.chat_id)
_AT_GROUP = text("state = 'open' AND chat_id IS NULL")
Index(
    "uq_join_requests_at_group",
    JoinRequest.group_id,
    JoinRequest.identity_id,
    unique=True,
    sqlite_where=_AT_GROUP,
    postgresql_where=_AT_GROUP,
)
Index("ix_join_requests_asked", JoinRequest.asked_at, sqlite_where=_OPEN, postgresql_where=_OPEN)


def find_request(session: Session, public_id: str) -> JoinRequest | None:
    """The request with its room, group, person and who decided, or None."""
    return session.scalar(whole().where(JoinRequest.public_id == public_id))


def list_requests(
    session: Session, actor: Actor, *, group: Group, cursor: Cursor | None = None
) -> Page[JoinRequest]:
    """Who waits at the doors of the group and its rooms, ten a page, the longest waiting first.

    Raises Forbidden, NotFound.
    """
    require(session, actor, Permission.ANSWER_REQUESTS, group)
    query = whole().where(JoinRequest.group_id == group.id, JoinRequest.state == RequestState.OPEN)
    return turn_to(
        session, query, key=JoinRequest.id, id_of=lambda row: row.id, cursor=cursor, size=PAGE_SIZE
    )


def settle_elsewhere(
    session: Session, *, chat_id: int, identity_id: int, by: Person | None, now: datetime
) -> None:
    """The platform shows that it was decided without us: nobody needs to decide any more."""
    request = session.scalar(
        whole().where(
            JoinRequest.chat_id == chat_id,
            JoinRequest.identity_id == identity_id,
            JoinRequest.state == RequestState.OPEN,
        )
    )
    if request is not None and close(session, request, RequestState.ELSEWHERE, by=by, now=now):
        settled = RequestSettled(group_id=request.group.id, request=request.public_id)
        record(session, settled, now=now)


_ASKING = Prepared(
    select(JoinRequest.id)
    .join(Identity, Identity.id == JoinRequest.identity_id)
    .where(
        Identity.person_id == bindparam("person_id"),
        JoinRequest.group_id == bindparam("group_id"),
        JoinRequest.chat_id.is_(None),
        JoinRequest.state == RequestState.OPEN,
    )
)


def settle_asks(session: Session, *, person_id: int, group_id: int, now: datetime) -> None:
    """They have become a member meanwhile: nobody needs to decide about their wish any more."""
    asking = {"person_id": person_id, "group_id": group_id}
    waiting = [request_id for (request_id,) in _ASKING.rows(session, asking)]
    if not waiting:
        return
    for request in session.scalars(whole().where(JoinRequest.id.in_(waiting))).all():
        if close(session, request, RequestState.ELSEWHERE, by=None, now=now):
            settled = RequestSettled(group_id=group_id, request=request.public_id)
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
    current = whole().where(JoinRequest.id == request.id)
    session.scalars(current.execution_options(populate_existing=True)).one()
    return first == 1


def tell_platform(session: Session, request: JoinRequest, *, let_in: bool, now: datetime) -> None:
    decided = RequestDecided(group_id=request.group.id, request=request.public_id, let_in=let_in)
    record(session, decided, now=now)


def whole() -> Select[JoinRequest]:
    return select(JoinRequest).options(
        joinedload(JoinRequest.group, innerjoin=True),
        joinedload(JoinRequest.chat),
        joinedload(JoinRequest.invite).joinedload(Invite.inviter, innerjoin=True),
        joinedload(JoinRequest.identity, innerjoin=True).joinedload(
            Identity.person, innerjoin=True
        ),
        joinedload(JoinRequest.decided_by),
    )


def get_request(session: Session, actor: Actor, public_id: str) -> JoinRequest:
    request = find_request(session, public_id) if is_public_id(public_id) else None
    if request is None or standing(session, actor, request.group) is None:
        raise NotFound("no_such_request", request=public_id)
    return request


def note_request(
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

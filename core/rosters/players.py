"""Player: somebody on a team's roster, with the guardians who sign for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from enum import StrEnum

from sqlalchemy import (
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.chats.provisioning import normal
from core.groups import Group, Kind, below
from core.model import Base, Id, Moment, change, choice
from core.names import NAME_LIMIT, cut

KEY_LIMIT = 2 * NAME_LIMIT
EMAIL_LIMIT, PHONE_LIMIT, HANDLE_LIMIT = 320, 20, 90
MOST_GUARDIANS = 2
# Where nobody plays: who stands there has no team yet.
TEAMLESS = frozenset({Kind.ORG, Kind.EVENT})


class ContractState(StrEnum):
    """How a player's contract stands. A void one counts no more, and may be signed anew."""

    UNSIGNED = "unsigned"
    SENT = "sent"
    SIGNED = "signed"
    VOID = "void"


class Player(Base):
    """Somebody on the roster of `group`: their team, or the club as long as they have none.

    `name_key` is the name by which two lists are compared. `link_owed`: the contract is signed, and
    the guardians were promised the link into the team's room, which there was not yet.
    """

    __tablename__ = "players"
    __table_args__ = (Index(None, "group_id", "id"), Index(None, "name_key"))

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    name_key: Mapped[str] = mapped_column(String(KEY_LIMIT))
    contract: Mapped[ContractState] = mapped_column(
        choice(ContractState, "contract"), default=ContractState.UNSIGNED
    )
    link_owed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]

    group: Mapped[Group] = relationship(lazy="raise", innerjoin=True)

    @property
    def team(self) -> Group | None:
        return None if self.group.kind in TEAMLESS else self.group

    @property
    def is_signed(self) -> bool:
        return self.contract is ContractState.SIGNED


_OWED = text("link_owed")
Index("ix_players_link_owed", Player.id, sqlite_where=_OWED, postgresql_where=_OWED)


class Guardian(Base):
    """Who signs for a player; `place` is 1 or 2.

    `person_id` is somebody whom the club pointed at. The contacts are only what the club was told:
    whoever can prove one of them is this guardian (see `core.rosters.guardians`), and
    nobody is by a name.
    `phone` is E.164, `handle` a username such as `telegram:@dana`.
    """

    __tablename__ = "guardians"
    __table_args__ = (UniqueConstraint("player_id", "place"),)

    id: Mapped[Id]
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str | None] = mapped_column(String(NAME_LIMIT))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    email: Mapped[str | None] = mapped_column(String(EMAIL_LIMIT), index=True)
    phone: Mapped[str | None] = mapped_column(String(PHONE_LIMIT), index=True)
    handle: Mapped[str | None] = mapped_column(String(HANDLE_LIMIT), index=True)

    player: Mapped[Player] = relationship(lazy="raise", innerjoin=True)

    @property
    def claims(self) -> list[str]:
        """What somebody has to prove to be this guardian."""
        named = {"email": self.email, "phone": self.phone}
        found = [f"{kind}:{address}" for kind, address in named.items() if address]
        return [*found, self.handle] if self.handle else found


def lift_players(session: Session, group: Group) -> None:
    """The players of the group and all below it stand on the roster of the group above, if any."""
    if group.parent_id is not None:
        ids = list(session.scalars(below(group.id)))
        theirs = update(Player).where(Player.group_id.in_(ids))
        change(session, theirs.values(group_id=group.parent_id))


def name_key(name: str) -> str:
    """A name without case, signs and doubled blanks, as long as its column takes."""
    return cut(normal(name), KEY_LIMIT)


def list_guardians(session: Session, player_ids: Collection[int]) -> dict[int, list[Guardian]]:
    """The guardians of each of these players, the first one first."""
    query = select(Guardian).where(Guardian.player_id.in_(player_ids))
    return by_player(session.scalars(query.order_by(Guardian.player_id, Guardian.place)))


def by_player(guardians: Iterable[Guardian]) -> dict[int, list[Guardian]]:
    found: dict[int, list[Guardian]] = defaultdict(list)
    for one in guardians:
        found[one.player_id].append(one)
    return found

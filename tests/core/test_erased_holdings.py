"""To be forgotten, table by table: what was held about somebody is gone, or tells nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Boolean, Enum, LargeBinary, String, select
from sqlalchemy.orm import Session

from core.chats import Chat
from core.chats.choices import Choice
from core.chats.doors import RoomLink
from core.chats.requests import JoinRequest
from core.invites.bindings import Claimant
from core.invites.blocks import InviteBlock
from core.invites.bulk_drafts import BulkDraft, BulkRow
from core.invites.guesses import Guess
from core.invites.inline_offers import InlineOffer
from core.invites.views import InviteView
from core.members import find_member
from core.members.changes import MemberChange
from core.model import Base, UtcDateTime
from core.people import Identity, find_identity
from core.people.links import LinkCode
from core.people.picks import Pick
from core.people.proofs import Proof
from tests.cast import NOW, Cast, Somebody
from tests.core.test_erasures import forget

SECRET = "words of Bob's own"
# What hangs on bob himself, and on the rows that are his: the column, and whose id stands in it.
GONE: dict[type[Base], str] = {
    Identity: "person_id",
    InviteView: "person_id",
    LinkCode: "person_id",
    Pick: "person_id",
    BulkDraft: "author_id",
    BulkRow: "person_id",
    RoomLink: "person_id",
    Proof: "person_id",
    Claimant: "person_id",
    InlineOffer: "person_id",
    InviteBlock: "person_id",
    JoinRequest: "identity_id",
    MemberChange: "member_id",
}


async def ids_of(cast: Cast, who: Somebody) -> dict[str, int]:
    """An id for each table that rows may refer to; of people and identities it is `who`'s."""
    made = await cast.invite()
    await cast.bind()
    chats = await cast.rows(Chat)

    def unit(s: Session) -> dict[str, int]:
        identity = find_identity(s, platform="telegram", address=who.sender.address)
        draft = BulkDraft(**filled(BulkDraft, {"people": who.id, "groups": cast.tigers.id}))
        member = find_member(s, person_id=who.id, group_id=cast.tigers.id)
        s.add(draft)
        s.flush()
        assert identity is not None
        assert member is not None
        return {"people": who.id, "identities": identity.id, "members": member.id,
                "groups": cast.tigers.id, "invites": made.id, "chats": chats[0].id,
                "bulk_drafts": draft.id}  # fmt: skip

    return await cast.write(unit)


def filled(kind: type[Base], ids: dict[str, int]) -> dict[str, Any]:
    """Something in every column that has to hold something."""
    columns = [one for one in kind.__table__.columns if one.name != "id"]
    return {one.name: _value(one, ids) for one in columns if one.foreign_keys or not one.nullable}


def _value(column: Any, ids: dict[str, int]) -> Any:
    for key in column.foreign_keys:
        return ids[key.column.table.name]
    match column.type:
        case Enum() as choice:
            return choice.enums[0] if choice.enum_class is None else next(iter(choice.enum_class))
        case UtcDateTime():
            return NOW
        case LargeBinary():
            return b"x" * 32
        case Boolean():
            return False
        case String() as text:
            return SECRET[: text.length]
        case one:
            return {} if one.python_type is dict else 1


@pytest.mark.parametrize("kind", GONE, ids=lambda kind: kind.__tablename__)
async def test_nothing_is_left_of_what_was_held_about_them(
    sqlite_cast: Cast, kind: type[Base]
) -> None:
    cast = sqlite_cast
    ids = await ids_of(cast, cast.bob)
    if kind not in (Identity, BulkDraft):  # those are there already
        await cast.write(lambda s: s.add(kind(**filled(kind, ids))))
    column = kind.__table__.columns[GONE[kind]]
    theirs = select(kind).where(column == _value(column, ids))
    assert await cast.read(lambda s: s.scalars(theirs).all()) != []
    await forget(cast, cast.bob)
    assert await cast.read(lambda s: s.scalars(theirs).all()) == []


@pytest.mark.parametrize(
    ("kind", "column"), [(Guess, "guesser"), (Choice, "sender")], ids=["guesses", "choices"]
)
async def test_nothing_is_left_under_their_address(
    sqlite_cast: Cast, kind: type[Base], column: str
) -> None:
    cast = sqlite_cast
    address = cast.bob.sender.address
    whose = f"telegram:{address}" if kind is Guess else address
    more = {} if kind is Guess else {"platform": "telegram"}
    await cast.write(lambda s: s.add(kind(**filled(kind, {}) | {column: whose} | more)))
    await forget(cast, cast.bob)
    assert await cast.rows(kind) == []

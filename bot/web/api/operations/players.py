"""Players: a team's roster, and the contracts that are signed for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.web.api.operation import Asked, operation
from bot.web.api.shapes import ById, Given, Items, Number, Taken, Turn, Words
from core.access import Permission, require
from core.groups import get_group
from core.pages import Cursor
from core.rosters import add_player, list_roster
from core.rosters.guardians import read_guardian
from core.rosters.players import MOST_GUARDIANS, ContractState, Guardian, Player, list_guardians
from core.rosters.signatures import Capacity
from core.rosters.signing import sign_contract

TAG = "Players"
USERNAMES = "telegram"
PlayerId = Annotated[str, Field(description="Such as `ply_kqwzrtnh`.")]


class GuardianShown(Given):
    """As the club wrote them down; `person_id` is somebody whom it pointed at."""

    name: str | None
    email: str | None
    phone: str | None
    handle: str | None
    person_id: Number | None


class PlayerShown(Given):
    id: PlayerId
    group_id: Number
    name: str
    contract: ContractState
    guardians: list[GuardianShown]
    created_at: datetime


class NewPlayer(Taken):
    """A guardian is one line, such as `Dana Levi, dana@example.org, +972 50 123 4567`."""

    name: Words
    guardians: list[Words] = Field(default=[], max_length=MOST_GUARDIANS)


class PlayerQuery(Turn):
    q: Words = Field("", description="Only those whose name has this as a part.")


class ByPlayer(Taken):
    id: PlayerId


class Signing(Taken):
    """Without `terms_id` you sign for the club, which holds what was signed on paper; with it as a
    guardian who was shown those terms. `name` is typed for the signature.
    """

    name: Words | None = None
    terms_id: Number | None = None


class Signed(Given):
    """`first` is false when it was signed before: the signature is that one."""

    player_id: PlayerId
    first: bool
    name: str
    capacity: Capacity
    signed_at: datetime
    terms_version: int | None


@operation(
    "GET",
    "/groups/{id}/players",
    "The roster of the group and of all below it",
    tag=TAG,
    permission=Permission.SEE_ROSTER,
)
def list_players(asked: Asked, path: ById, query: PlayerQuery) -> Items[PlayerShown]:
    page = list_roster(
        asked.session,
        asked.me,
        group=get_group(asked.session, path.id),
        text=query.q,
        cursor=Cursor(query.cursor) if query.cursor is not None else None,
        size=query.limit,
    )
    guardians = list_guardians(asked.session, [row.id for row in page.rows])
    shown = [_show(row, guardians.get(row.id, [])) for row in page.rows]
    return Items[PlayerShown](items=shown, next_cursor=page.next.id if page.next else None)


@operation(
    "POST",
    "/groups/{id}/players",
    "Put a player on the roster",
    tag=TAG,
    status=201,
    permission=Permission.KEEP_ROSTER,
)
def make_player(asked: Asked, path: ById, body: NewPlayer) -> PlayerShown:
    """On that of their team, or of the club as long as they have none."""
    group = get_group(asked.session, path.id)
    require(asked.session, asked.me, Permission.KEEP_ROSTER, group)
    contacts = [
        read_guardian(line, platform=USERNAMES, region=asked.defaults.region)
        for line in body.guardians
    ]
    player = add_player(
        asked.session, asked.me, group=group, name=body.name, contacts=contacts, now=asked.now
    )
    asked.session.flush()
    return _show(player, list_guardians(asked.session, [player.id]).get(player.id, []))


@operation(
    "POST",
    "/players/{id}/contract",
    "Sign a player's contract",
    tag=TAG,
    permission=Permission.KEEP_ROSTER,
)
def sign_player(asked: Asked, path: ByPlayer, body: Signing) -> Signed:
    """The welcome follows by itself. To sign again changes nothing. A guardian needs no role."""
    done = sign_contract(
        asked.session,
        asked.me,
        public_id=path.id,
        name=body.name,
        seen=body.terms_id,
        now=asked.now,
    )
    return Signed(
        player_id=done.player.public_id,
        first=done.first,
        name=done.signature.name,
        capacity=done.signature.capacity,
        signed_at=done.signature.signed_at,
        terms_version=done.signature.terms_version,
    )


def _show(player: Player, guardians: Sequence[Guardian]) -> PlayerShown:
    return PlayerShown(
        id=player.public_id,
        group_id=player.group_id,
        name=player.name,
        contract=player.contract,
        guardians=[GuardianShown.model_validate(one, from_attributes=True) for one in guardians],
        created_at=player.created_at,
    )


OPERATIONS = (list_players, make_player, sign_player)

"""Holding: a column that says whose a row is; what goes over when two persons become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.api_keys import ApiKey
from core.broadcasts import Broadcast, BroadcastRecipient
from core.chats.doors import RoomLink
from core.chats.reconciliations import Reconciliation
from core.chats.requests import JoinRequest
from core.guests import Guest
from core.guests.changes import GuestChange
from core.guests.imports import GuestImport
from core.invites import Invite
from core.invites.bindings import Claimant
from core.invites.blocks import InviteBlock
from core.invites.bulk_drafts import BulkDraft, BulkRow
from core.invites.inline_offers import InlineOffer
from core.invites.redemptions import Redemption
from core.invites.tallies import InviteTally
from core.invites.views import InviteView
from core.members.changes import MemberChange
from core.members.transfers import Transfer
from core.model import change
from core.people import Identity
from core.people.proofs import Proof
from core.people.signin import SigninLink
from core.people.web_sessions import WebSession
from core.rosters.imports import RosterImport
from core.rosters.players import Guardian
from core.rosters.signatures import Signature
from core.rosters.terms import Terms
from core.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class Holding:
    """A column that says whose a row is; with `key`, of each key a person has one row only."""

    column: Any
    key: Any = None

    @property
    def name(self) -> str:
        """Such as `identities.person_id`."""
        return f"{self.column.class_.__tablename__}.{self.column.key}"


# What goes over to the survivor as it is. Members are combined instead; the audit stays with who
# acted, and is read through `selves_of`.
HOLDINGS = (
    Holding(Identity.person_id),
    Holding(Invite.inviter_id),
    Holding(Invite.invitee_id),
    Holding(Redemption.person_id, Redemption.invite_id),
    Holding(InviteView.person_id, InviteView.invite_id),
    Holding(InviteTally.inviter_id),
    Holding(BulkDraft.author_id),
    Holding(BulkRow.person_id),
    Holding(Claimant.person_id, Claimant.invite_id),
    Holding(InlineOffer.person_id),
    Holding(InviteBlock.person_id, func.coalesce(InviteBlock.group_id, 0)),
    Holding(RoomLink.person_id),
    Holding(Proof.person_id),
    Holding(JoinRequest.decided_by_id),
    Holding(MemberChange.actor_id),
    Holding(Reconciliation.person_id),
    Holding(Guest.person_id, Guest.event_id),
    Holding(Guest.added_by_id),
    Holding(GuestChange.actor_id),
    Holding(GuestImport.author_id),
    Holding(Broadcast.author_id),
    Holding(BroadcastRecipient.person_id, BroadcastRecipient.broadcast_id),
    Holding(Transfer.giver_id),
    Holding(Transfer.receiver_id),
    Holding(SigninLink.person_id),
    Holding(WebSession.person_id),
    Holding(Webhook.person_id),
    Holding(Guardian.person_id),
    Holding(Signature.signer_id),
    Holding(Terms.author_id),
    Holding(RosterImport.author_id),
    Holding(ApiKey.person_id),
)


def hand_over(session: Session, holding: Holding, gone_id: int, kept_id: int) -> list[int]:
    table, column = holding.column.class_, holding.column
    query = select(table.id).where(column == gone_id)
    if holding.key is not None:
        query = query.where(holding.key.not_in(select(holding.key).where(column == kept_id)))
    ids = list(session.scalars(query.order_by(table.id).with_for_update()))
    _give(session, holding, ids, to=kept_id)
    return ids


def hand_back(
    session: Session, holding: Holding, ids: list[int], kept_id: int, gone_id: int
) -> None:
    still = select(holding.column.class_.id).where(
        holding.column.class_.id.in_(ids), holding.column == kept_id
    )
    _give(session, holding, list(session.scalars(still.with_for_update())), to=gone_id)


def _give(session: Session, holding: Holding, ids: list[int], *, to: int) -> None:
    table = holding.column.class_
    change(session, update(table).where(table.id.in_(ids)).values({holding.column: to}))

"""What Usher holds about a person, for them to read: no tokens, and nobody else's data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Member
from core.api_keys import ApiKey
from core.audit import AuditEntry
from core.chats import Chat
from core.chats.occupants import Occupant
from core.chats.reconciliations import Reconciliation
from core.chats.requests import JoinRequest
from core.deliveries import Delivery
from core.groups import Group
from core.guests import Guest
from core.inbox import InboxRow
from core.invites import Invite
from core.invites.bindings import Claimant
from core.invites.blocks import InviteBlock
from core.invites.bulk_drafts import BulkDraft
from core.invites.guesses import Guess
from core.invites.inline_offers import InlineOffer
from core.invites.redemptions import Redemption
from core.invites.views import InviteView
from core.members.transfers import Transfer
from core.model import Payload
from core.people import Identity, list_identities
from core.people.erasures import find_erasure
from core.people.merges import Merge
from core.people.picks import Pick
from core.people.proofs import Proof
from core.people.selves import selves_of
from core.people.web_sessions import WebSession
from core.rosters.data import roster_data

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


def describe_person(session: Session, actor: Actor, *, now: datetime) -> Payload:
    """Everything about the actor, as JSON can hold it. Times are UTC in ISO 8601.

    Of what they sent, only that it came is told: it is in their own chats, and may hold links that
    open something.
    """
    person = actor.person
    erasure = find_erasure(session, person.id)
    identities = list_identities(session, person.id)
    tables = {
        **_of_groups(selves_of(person.id)),
        **_of_one_s_own(selves_of(person.id)),
        **roster_data(session, actor),
        **_of_what_happened(session, person.id, identities),
    }
    return {
        "written_at": now.isoformat(),
        "name": person.name,
        "language": person.locale,
        "time_zone": person.timezone,
        "known_since": person.created_at.isoformat(),
        "to_be_forgotten_at": _plain(erasure.due_at) if erasure else None,
        "identities": [_identity(identity) for identity in identities],
        **{name: _rows(session, query) for name, query in tables.items()},
    }


def _of_groups(selves: Select[int]) -> dict[str, AnySelect]:
    """What ties them to groups and events."""
    return {
        "memberships": _memberships(selves),
        "invites_made": _invites(Invite.inviter_id.in_(selves)),
        "invites_received": _invites(Invite.invitee_id.in_(selves)),
        "invites_used": _used(selves),
        "invites_seen": _seen(selves),
        "invites_that_were_not_yours": _claims(selves),
        "invites_not_wanted": _blocks(selves),
        "rooms": _rooms(selves),
        "requests_to_join": _requests(selves),
        "groups_offered_by_you": _transfers(Transfer.giver_id.in_(selves)),
        "groups_offered_to_you": _transfers(Transfer.receiver_id.in_(selves)),
        "on_the_lists_of_events": _guests(selves),
    }


def _of_one_s_own(selves: Select[int]) -> dict[str, AnySelect]:
    """Their accounts and keys, and what they have begun."""
    return {
        "linked_accounts": _merges(selves),
        "proven": _proven(selves),
        "keys_for_programs": _keys(selves),
        "browsers": _browsers(selves),
        "rooms_compared": _comparisons(selves),
        "cards_offered": select(InlineOffer.offered_at).where(InlineOffer.person_id.in_(selves)),
        "lists_to_invite": _drafts(selves),
        "open_choice": select(Pick.line, Pick.asked_at).where(Pick.person_id.in_(selves)),
    }


def _of_what_happened(
    session: Session, person_id: int, identities: list[Identity]
) -> dict[str, AnySelect]:
    """What was said, guessed and done, by them and about them."""
    selves = selves_of(person_id)
    return {
        "wrong_codes": select(Guess.made_at).where(Guess.guesser == f"person:{person_id}"),
        "messages_to_you": _deliveries(identities),
        "messages_from_you": _updates(identities),
        "what_you_did": _deeds(AuditEntry.actor_id.in_(selves)),
        "what_was_done_about_you": _deeds(_about(session, selves)),
    }


def _claims(selves: Select[int]) -> AnySelect:
    return select(Claimant.verdict, Claimant.seen_at).where(Claimant.person_id.in_(selves))


def _blocks(selves: Select[int]) -> AnySelect:
    query = select(Group.name.label("group"), InviteBlock.created_at)
    query = query.outerjoin(Group, Group.id == InviteBlock.group_id)
    return query.where(InviteBlock.person_id.in_(selves))


def _merges(selves: Select[int]) -> AnySelect:
    return select(Merge.merged_at, Merge.undone_at).where(Merge.survivor_id.in_(selves))


def _keys(selves: Select[int]) -> AnySelect:
    times = ApiKey.created_at, ApiKey.expires_at, ApiKey.last_used_at, ApiKey.revoked_at
    query = select(ApiKey.public_id.label("key"), ApiKey.name, *times)
    return query.where(ApiKey.person_id.in_(selves))


def _comparisons(selves: Select[int]) -> AnySelect:
    columns = Reconciliation.platform, Reconciliation.asked_at
    return select(*columns).where(Reconciliation.person_id.in_(selves))


def _drafts(selves: Select[int]) -> AnySelect:
    columns = BulkDraft.note, BulkDraft.created_at
    return select(*columns).where(BulkDraft.author_id.in_(selves))


def _proven(selves: Select[int]) -> AnySelect:
    columns = Proof.kind, Proof.address, Proof.proven_at
    return select(*columns).where(Proof.person_id.in_(selves))


def _browsers(selves: Select[int]) -> AnySelect:
    times = WebSession.created_at, WebSession.seen_at, WebSession.ended_at
    return select(WebSession.device, *times).where(WebSession.person_id.in_(selves))


def _memberships(selves: Select[int]) -> AnySelect:
    columns = Group.name.label("group"), Member.role, Member.state, Member.joined_at
    query = select(*columns, Member.ended_at).join(Group, Group.id == Member.group_id)
    return query.where(Member.person_id.in_(selves)).order_by(Member.id)


def _invites(whose: Any) -> AnySelect:
    columns = Invite.public_id.label("invite"), Group.name.label("group"), Invite.role, Invite.state
    rest = Invite.max_uses, Invite.uses, Invite.note, Invite.created_at, Invite.expires_at
    query = select(*columns, *rest).join(Group, Group.id == Invite.group_id)
    return query.where(whose).order_by(Invite.id)


def _used(selves: Select[int]) -> AnySelect:
    columns = Invite.public_id.label("invite"), Group.name.label("group"), Redemption.created_at
    query = select(*columns).join(Invite, Invite.id == Redemption.invite_id)
    query = query.join(Group, Group.id == Invite.group_id)
    return query.where(Redemption.person_id.in_(selves)).order_by(Redemption.id)


def _seen(selves: Select[int]) -> AnySelect:
    columns = (
        Invite.public_id.label("invite"),
        InviteView.seen_at,
        InviteView.declined_at,
        InviteView.reason,
    )
    query = select(*columns).join(Invite, Invite.id == InviteView.invite_id)
    return query.where(InviteView.person_id.in_(selves)).order_by(InviteView.id)


def _rooms(selves: Select[int]) -> AnySelect:
    columns = Chat.platform, Chat.title.label("room"), Occupant.presence, Occupant.seen_at
    query = select(*columns).join(Occupant, Occupant.chat_id == Chat.id)
    query = query.join(Identity, Identity.id == Occupant.identity_id)
    return query.where(Identity.person_id.in_(selves)).order_by(Occupant.id)


def _requests(selves: Select[int]) -> AnySelect:
    place = Group.name.label("group"), Chat.title.label("room")
    columns = *place, JoinRequest.state, JoinRequest.asked_at, JoinRequest.answer
    query = select(*columns).join(Group, Group.id == JoinRequest.group_id)
    query = query.outerjoin(Chat, Chat.id == JoinRequest.chat_id)
    query = query.join(Identity, Identity.id == JoinRequest.identity_id)
    return query.where(Identity.person_id.in_(selves)).order_by(JoinRequest.id)


def _transfers(whose: Any) -> AnySelect:
    columns = Group.name.label("group"), Transfer.state, Transfer.created_at, Transfer.expires_at
    query = select(*columns).join(Group, Group.id == Transfer.group_id)
    return query.where(whose).order_by(Transfer.id)


def _guests(selves: Select[int]) -> AnySelect:
    columns = Group.name.label("event"), Guest.status, Guest.plus_ones, Guest.children, Guest.diet
    query = select(*columns, Guest.answered_at).join(Group, Group.id == Guest.event_id)
    return query.where(Guest.person_id.in_(selves)).order_by(Guest.id)


def _deliveries(identities: list[Identity]) -> AnySelect:
    here = [
        (Delivery.channel == one.platform) & (Delivery.address == one.address) for one in identities
    ]
    columns = Delivery.channel, Delivery.kind, Delivery.status, Delivery.sent_at
    return select(*columns).where(or_(*here)).order_by(Delivery.id)


def _updates(identities: list[Identity]) -> AnySelect:
    from_here = [
        (InboxRow.platform == one.platform) & (InboxRow.sender == one.address) for one in identities
    ]
    columns = InboxRow.platform, InboxRow.received_at, InboxRow.status
    return select(*columns).where(or_(*from_here)).order_by(InboxRow.id)


def _deeds(which: Any) -> AnySelect:
    columns = AuditEntry.created_at, AuditEntry.action, Group.name.label("group"), AuditEntry.via
    query = select(*columns).outerjoin(Group, Group.id == AuditEntry.group_id)
    return query.where(which).order_by(AuditEntry.id)


def _about(session: Session, selves: Select[int]) -> Any:
    subjects = [f"person:{id_}" for id_ in session.scalars(selves)]
    return AuditEntry.subject.in_(subjects) & func.coalesce(
        AuditEntry.actor_id.not_in(selves), True
    )


def _identity(identity: Identity) -> Payload:
    return {
        "platform": identity.platform,
        "address": identity.address,
        "username": identity.username,
        "reachable": identity.reachable,
        "unreachable_reason": identity.unreachable_reason,
        "known_since": identity.created_at.isoformat(),
    }


def _rows(session: Session, query: AnySelect) -> list[Payload]:
    return [_row(row) for row in session.execute(query)]


def _row(row: AnyRow) -> Payload:
    return {name: _plain(value) for name, value in zip(row._fields, row, strict=True)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

"""Imports every noun, so that Alembic and the tests see the whole schema."""

from core.access import Member
from core.api_keys import ApiKey, ApiKeyGroup
from core.audit import AuditEntry
from core.broadcasts import Broadcast, BroadcastRecipient
from core.chats import Chat
from core.chats.choices import Choice
from core.chats.doors import RoomLink
from core.chats.occupants import Occupant
from core.chats.reconciliations import Reconciliation
from core.chats.requests import JoinRequest
from core.deliveries import Delivery
from core.deliveries.paid import PaidSending
from core.events import Event
from core.events.counts import EventCount
from core.events.reminders import EventReminder
from core.events.series import EventSeries
from core.groups import Group
from core.guests import Guest
from core.guests.changes import GuestChange, GuestChangeRow
from core.guests.households import Household
from core.guests.imports import GuestImport, GuestImportRow
from core.guests.links import GuestLink
from core.guests.twins import GuestTwin
from core.inbox import InboxRow
from core.invites import Invite, InviteToken
from core.invites.bindings import Claimant
from core.invites.blocks import InviteBlock
from core.invites.bulk_drafts import BulkDraft, BulkRow
from core.invites.deeds import InviteDeed
from core.invites.guesses import Guess
from core.invites.inline_offers import InlineOffer
from core.invites.limits import InviteLimits
from core.invites.redemptions import Redemption
from core.invites.tallies import InviteTally
from core.invites.views import InviteView
from core.leases import Lease
from core.mail.brands import Brand
from core.mail.mailboxes import Mailbox
from core.members.changes import MemberChange
from core.members.transfers import Transfer
from core.message_templates import MessageTemplate
from core.model import Base
from core.outbox import OutboxEvent
from core.people import Identity, Person
from core.people.email_codes import EmailCode
from core.people.erasures import Erasure
from core.people.links import LinkCode
from core.people.merges import Merge
from core.people.name_words import NameWord
from core.people.picks import Pick
from core.people.proofs import Proof
from core.people.signin import SigninLink
from core.people.web_sessions import WebSession
from core.platform_notes import PlatformNote
from core.repeats import Repeat
from core.rosters.contract_links import ContractLink
from core.rosters.imports import RosterChunk, RosterImport
from core.rosters.players import Guardian, Player
from core.rosters.signatures import Signature
from core.rosters.terms import Terms
from core.webhooks import Webhook

__all__ = [
    "ApiKey",
    "ApiKeyGroup",
    "AuditEntry",
    "Base",
    "Brand",
    "Broadcast",
    "BroadcastRecipient",
    "BulkDraft",
    "BulkRow",
    "Chat",
    "Choice",
    "Claimant",
    "ContractLink",
    "Delivery",
    "EmailCode",
    "Erasure",
    "Event",
    "EventCount",
    "EventReminder",
    "EventSeries",
    "Group",
    "Guardian",
    "Guess",
    "Guest",
    "GuestChange",
    "GuestChangeRow",
    "GuestImport",
    "GuestImportRow",
    "GuestLink",
    "GuestTwin",
    "Household",
    "Identity",
    "InboxRow",
    "InlineOffer",
    "Invite",
    "InviteBlock",
    "InviteDeed",
    "InviteLimits",
    "InviteTally",
    "InviteToken",
    "InviteView",
    "JoinRequest",
    "Lease",
    "LinkCode",
    "Mailbox",
    "Member",
    "MemberChange",
    "Merge",
    "MessageTemplate",
    "NameWord",
    "Occupant",
    "OutboxEvent",
    "PaidSending",
    "Person",
    "Pick",
    "PlatformNote",
    "Player",
    "Proof",
    "Reconciliation",
    "Redemption",
    "Repeat",
    "RoomLink",
    "RosterChunk",
    "RosterImport",
    "Signature",
    "SigninLink",
    "Terms",
    "Transfer",
    "WebSession",
    "Webhook",
]

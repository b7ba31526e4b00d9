"""Imports every noun, so that Alembic and the tests see the whole schema."""

from core.access import Member
from core.api_keys import ApiKey, ApiKeyGroup
from core.audit import AuditEntry
from core.bindings import Claimant
from core.brands import Brand
from core.broadcasts import Broadcast, BroadcastRecipient
from core.bulk_drafts import BulkDraft, BulkRow
from core.changes import MemberChange
from core.chats import Chat
from core.choices import Choice
from core.contract_links import ContractLink
from core.deliveries import Delivery
from core.doors import RoomLink
from core.email_codes import EmailCode
from core.erasures import Erasure
from core.event_counts import EventCount
from core.event_reminders import EventReminder
from core.events import Event
from core.groups import Group
from core.guesses import Guess
from core.guest_changes import GuestChange, GuestChangeRow
from core.guest_imports import GuestImport, GuestImportRow
from core.guest_links import GuestLink
from core.guest_twins import GuestTwin
from core.guests import Guest
from core.households import Household
from core.inbox import InboxRow
from core.inline_offers import InlineOffer
from core.invite_blocks import InviteBlock
from core.invite_deeds import InviteDeed
from core.invite_views import InviteView
from core.invites import Invite, InviteToken
from core.issue_limits import InviteLimits
from core.leases import Lease
from core.links import LinkCode
from core.mailboxes import Mailbox
from core.merges import Merge
from core.message_templates import MessageTemplate
from core.model import Base
from core.name_words import NameWord
from core.occupants import Occupant
from core.outbox import OutboxEvent
from core.paid_sending import PaidSending
from core.people import Identity, Person
from core.picks import Pick
from core.platform_notes import PlatformNote
from core.players import Guardian, Player
from core.proofs import Proof
from core.reconciliations import Reconciliation
from core.redemptions import Redemption
from core.repeats import Repeat
from core.requests import JoinRequest
from core.roster_imports import RosterChunk, RosterImport
from core.series import EventSeries
from core.signatures import Signature
from core.signin import SigninLink
from core.tallies import InviteTally
from core.terms import Terms
from core.transfers import Transfer
from core.web_sessions import WebSession
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

"""Mailing: what goes to an e-mail address that somebody wrote down, known to Usher or not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.facts.mail import InviteMailed
from core.invites import Invite
from core.invites.whom import EMAIL
from core.mail.mailboxes import why_closed
from core.outbox import record
from core.platform_notes import recall

# Kept by whoever runs the channel; without it no e-mail leaves this Usher.
SENDER_NOTE = "sender"
INVITE_MAIL, REMINDER_MAIL = "invite", "reminder"


def is_mail_set_up(session: Session) -> bool:
    return recall(session, platform=EMAIL, name=SENDER_NOTE) is not None


def address_of(invite: Invite) -> str | None:
    """The e-mail address that the invite waits at, while nobody has shown it to be theirs."""
    kind, _, address = (invite.claim or "").partition(":")
    return address if kind == EMAIL and invite.invitee_id is None else None


def mail_invite(session: Session, invite: Invite, *, now: datetime) -> bool:
    """Have the invite sent to its address. False where there is none, or it takes no mail."""
    address = address_of(invite)
    if address is None or not is_mail_set_up(session) or why_closed(session, address):
        return False
    record(session, InviteMailed(group_id=invite.group_id, invite_id=invite.id), now=now)
    return True

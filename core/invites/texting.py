"""Texting: an invite goes to a phone number that somebody wrote down, whoever has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chats.reconciliations import ACCOUNT_NOTE
from core.errors import CoreError
from core.facts.texting import InviteTexted
from core.invites import Invite
from core.invites.blocks import without_blocked
from core.invites.whom import PHONE
from core.mail.mailing import mail_invite
from core.message_templates import check_template
from core.outbox import record
from core.people.conversations import conversation_with
from core.people.proofs import Proof
from core.platform_notes import recall

# The channel that writes to numbers, and the kind of what it says there.
TEXTED_BY = "whatsapp"
INVITE_TEXT = "invite_text"
Wanted = tuple[tuple[str, tuple[str, ...]], ...]
NEWS: Wanted = (("usher_news", ("text",)),)
# By these an invite can be told to somebody who never wrote to us: its own, or that for news.
TEMPLATES: Wanted = (("usher_invite", ("inviter", "group", "role")), *NEWS)


def number_of(invite: Invite) -> str | None:
    """The number that the invite waits at, E.164, while nobody has shown it to be theirs."""
    kind, _, number = (invite.claim or "").partition(":")
    return number if kind == PHONE and invite.invitee_id is None else None


def text_invite(session: Session, invite: Invite, *, now: datetime) -> bool:
    """Have the invite sent to its number. False where there is none, or nothing can be sent."""
    number = number_of(invite)
    if number is None or not takes_texts(session, number, by=TEMPLATES):
        return False
    record(session, InviteTexted(group_id=invite.group_id, invite_id=invite.id), now=now)
    return True


def send_invite(session: Session, invite: Invite, *, now: datetime) -> bool:
    """To whatever address of its is known: by e-mail, or to the number. Whether there was a way."""
    return mail_invite(session, invite, now=now) or text_invite(session, invite, now=now)


def may_be_asked(session: Session, invite: Invite) -> bool:
    """Whether nobody who has that number said that they do not want to be asked."""
    holder = select(Proof.person_id).where(Proof.kind == PHONE, Proof.address == number_of(invite))
    found = list(session.scalars(holder))
    return not found or bool(without_blocked(session, found, group_id=invite.group_id))


def takes_texts(session: Session, number: str, *, by: Wanted = NEWS) -> bool:
    """Whether one of the templates `by` can be sent to a number that never wrote to us."""
    if recall(session, platform=TEXTED_BY, name=ACCOUNT_NOTE) is None:
        return False
    stopped = conversation_with(session, platform=TEXTED_BY, address=number).stopped
    return not stopped and is_sayable(session, by)


def is_sayable(session: Session, templates: Sequence[tuple[str, Collection[str]]]) -> bool:
    """Whether one of these (name, fields) is approved, in English if in no other language."""
    for name, fields in templates:
        try:
            check_template(session, platform=TEXTED_BY, name=name, locale="en", fields=fields)
        except CoreError:
            continue
        return True
    return False

"""One's own e-mail address: shown to be theirs by six digits that are sent there."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Conflict, Invalid, NotFound
from core.invites.whom import EMAIL
from core.mail.mailboxes import mark_proven
from core.mail.mailing import is_mail_set_up
from core.model import change
from core.people import Identity, find_identity
from core.people.email_codes import CODE_LIFE, MOST_TRIES, EmailCode, ask_code
from core.people.proofs import keep_proof

# Where a code was asked for by somebody whom Usher knows.
PERSON = "person:"


def ask_for_proof(session: Session, actor: Actor, *, address: str, now: datetime) -> str:
    """Have six digits sent to the address; as it was understood.

    Raises Invalid, Limited, or Conflict where no e-mail is sent.
    """
    if not is_mail_set_up(session):
        raise Conflict("no_mail_here")
    asked_from = f"{PERSON}{actor.person.id}"
    return ask_code(session, address=address, name=None, asked_from=asked_from, now=now)[1]


def prove_own(session: Session, actor: Actor, *, code: str, now: datetime) -> str:
    """The digits came back: the address is the actor's, and one of the ways to reach them.

    Raises Invalid for wrong digits, NotFound for what is over, Conflict for another account's.
    """
    found = _open_code(session, actor, now)
    if not hmac.compare_digest(code.encode(), found.code.encode()):
        left = MOST_TRIES - found.tries - 1
        raise Invalid("code_wrong", left=left, aftermath=_count_try(found.id))
    identity = find_identity(session, platform=EMAIL, address=found.address)
    if identity is not None and identity.person_id != actor.person.id:
        raise Conflict("email_elsewhere", email=found.address)
    if identity is None:
        identity = Identity(platform=EMAIL, address=found.address, created_at=now)
        identity.person = actor.person
        session.add(identity)
    found.used_at, identity.reachable, identity.unreachable_reason = now, True, None
    keep_proof(session, kind=EMAIL, address=found.address, person_id=actor.person.id, now=now)
    mark_proven(session, address=found.address, now=now)
    return found.address


def _open_code(session: Session, actor: Actor, now: datetime) -> EmailCode:
    """The latest that this person asked for."""
    theirs = select(EmailCode).where(
        EmailCode.asked_from == f"{PERSON}{actor.person.id}",
        EmailCode.asked_at > now - CODE_LIFE,
        EmailCode.used_at.is_(None),
        EmailCode.tries < MOST_TRIES,
    )
    found = session.scalar(theirs.order_by(EmailCode.id.desc()).limit(1).with_for_update())
    if found is None:
        raise NotFound("code_over")
    return found


def _count_try(code_id: int) -> Callable[[Session], None]:
    def count(session: Session) -> None:
        tried = update(EmailCode).where(EmailCode.id == code_id)
        change(session, tried.values(tries=EmailCode.tries + 1))

    return count

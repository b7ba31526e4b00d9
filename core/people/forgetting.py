"""Carrying out an erasure: what tells of a person goes, what counts people stays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from core.access import Actor, Member, MemberState
from core.api_keys import ApiKey
from core.audit import note
from core.chats.choices import Choice
from core.chats.doors import RoomLink
from core.deliveries import OPEN, Delivery, DeliveryStatus
from core.errors import Conflict
from core.groups import Group
from core.guests.erasing import forget_guests
from core.inbox import blank
from core.invites import Invite, InviteState
from core.invites.bindings import Claimant
from core.invites.blocks import InviteBlock
from core.invites.bulk_drafts import BulkDraft, BulkRow
from core.invites.guesses import Guess
from core.invites.inline_offers import InlineOffer
from core.invites.views import InviteView
from core.invites.whom import EMAIL
from core.mail.mailboxes import forget_mailbox
from core.members.changes import MemberChange
from core.members.transfers import Transfer, TransferState
from core.people import Identity, Person
from core.people.email_codes import EmailCode
from core.people.erasures import Erasure, check_owners_stay
from core.people.links import LinkCode
from core.people.merges import Merge
from core.people.picks import Pick
from core.people.proofs import Proof, claims_of
from core.people.selves import current_self, lock_people, selves_of
from core.people.signin import SigninLink
from core.people.web_sessions import WebSession
from core.rosters.imports import RosterImport
from core.rosters.players import Guardian
from core.rosters.signatures import Signature

NOBODY = "someone who left"
VIA = "usher"
# Who became the last owner of a group since has to hand it over first.
TRY_AGAIN = timedelta(hours=1)


def erase_next(session: Session, *, now: datetime) -> bool:
    """Forget the person whose erasure is due longest. False when nobody's is."""
    erasure = session.scalar(
        select(Erasure)
        .where(Erasure.due_at <= now)
        .order_by(Erasure.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if erasure is None:
        return False
    person = current_self(session, erasure.person_id)
    try:
        if person is not None:
            erase(session, person, now=now)
    except Conflict:
        erasure.due_at = now + TRY_AGAIN
    else:
        session.execute(delete(Erasure).where(Erasure.id == erasure.id))
    return True


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Forget the person, and whoever was merged into them, at once.

    Their memberships end, their rows of people stay without a name: the audit, the invites and the
    counts go on to refer to those. A ban went with the identity that it was laid on.

    Raises Conflict for the last owner of a group.
    """
    check_owners_stay(session, person.id)
    people = lock_people(session, list(session.scalars(selves_of(person.id))))
    # Whoever became one meanwhile: from now on, what is written about them waits for us.
    check_owners_stay(session, person.id)
    _erase_traces(session, people, now=now)
    _end_memberships(session, person, people, now=now)
    for one in people.values():
        one.name, one.erased_at = NOBODY, now
        one.locale = one.timezone = one.current_group_id = None
    session.flush()
    session.expire_all()


def _erase_traces(session: Session, ids: Collection[int], *, now: datetime) -> None:
    claims = {claim for id_ in ids for claim in claims_of(session, id_)}
    theirs = or_(Invite.invitee_id.in_(ids), Invite.claim.in_(claims))
    _forget_addresses(session, ids, claims, now=now)
    members = select(Member.id).where(Member.person_id.in_(ids))
    guards = or_(Guardian.person_id.in_(ids), _proven(claims))
    for statement in (
        delete(Guess).where(Guess.guesser.in_([f"person:{id_}" for id_ in ids])),
        delete(Identity).where(Identity.person_id.in_(ids)),
        delete(InviteView).where(InviteView.person_id.in_(ids)),
        delete(LinkCode).where(LinkCode.person_id.in_(ids)),
        delete(Pick).where(Pick.person_id.in_(ids)),
        delete(ApiKey).where(ApiKey.person_id.in_(ids)),
        delete(BulkDraft).where(BulkDraft.author_id.in_(ids)),
        delete(BulkRow).where(or_(BulkRow.person_id.in_(ids), BulkRow.claim.in_(claims))),
        delete(RoomLink).where(RoomLink.person_id.in_(ids)),
        delete(Proof).where(Proof.person_id.in_(ids)),
        delete(Claimant).where(Claimant.person_id.in_(ids)),
        delete(InlineOffer).where(InlineOffer.person_id.in_(ids)),
        delete(InviteBlock).where(InviteBlock.person_id.in_(ids)),
        delete(SigninLink).where(SigninLink.person_id.in_(ids)),
        delete(WebSession).where(WebSession.person_id.in_(ids)),
        delete(EmailCode).where(EmailCode.address.in_(_emails(claims))),
        delete(Merge).where(or_(Merge.survivor_id.in_(ids), Merge.merged_id.in_(ids))),
        delete(MemberChange).where(MemberChange.member_id.in_(members)),
        update(Signature)
        .where(Signature.guardian_id.in_(select(Guardian.id).where(guards)))
        .values(name=NOBODY),
        delete(Guardian).where(guards),
        delete(RosterImport).where(RosterImport.author_id.in_(ids)),
        update(Signature).where(Signature.signer_id.in_(ids)).values(name=NOBODY),
        update(Transfer)
        .where(
            Transfer.state == TransferState.OPEN,
            or_(Transfer.giver_id.in_(ids), Transfer.receiver_id.in_(ids)),
        )
        .values(state=TransferState.WITHDRAWN),
        update(Invite).where(Invite.inviter_id.in_(ids)).values(note=None),
        update(Invite)
        .where(
            Invite.state == InviteState.OPEN,
            or_(Invite.inviter_id.in_(ids), theirs),
        )
        .values(state=InviteState.REVOKED),
        update(Invite).where(theirs).values(claim=None, title=None),
        *forget_guests(ids, claims, name=NOBODY),
    ):
        session.execute(statement)


def _forget_addresses(
    session: Session, ids: Collection[int], claims: Collection[str], *, now: datetime
) -> None:
    """Where they were written to, and what was kept by address instead of by person."""
    for kind, _, address in (claim.partition(":") for claim in claims):
        if kind == EMAIL:
            _forget_address(session, channel=EMAIL, address=address)
            forget_mailbox(session, address)
    for identity in session.scalars(select(Identity).where(Identity.person_id.in_(ids))):
        blank(session, platform=identity.platform, sender=identity.address, now=now)
        _forget_address(session, channel=identity.platform, address=identity.address)
        if identity.platform == EMAIL:
            forget_mailbox(session, identity.address)
        key = f"{identity.platform}:{identity.address}"
        session.execute(delete(Guess).where(Guess.guesser == key))
        offered = Choice.platform == identity.platform, Choice.sender == identity.address
        session.execute(delete(Choice).where(*offered))


def _emails(claims: Collection[str]) -> list[str]:
    return [claim.partition(":")[2] for claim in claims if claim.startswith(f"{EMAIL}:")]


def _proven(claims: Collection[str]) -> ColumnElement[bool]:
    """That a Guardian was written down by what one of these claims proves."""
    parts = [one.partition(":")[::2] for one in claims]
    return or_(
        Guardian.email.in_([address for kind, address in parts if kind == "email"]),
        Guardian.phone.in_([address for kind, address in parts if kind == "phone"]),
        Guardian.handle.in_(list(claims)),
    )


def _forget_address(session: Session, *, channel: str, address: str) -> None:
    """Nothing more is sent there, and what was sent no longer says where."""
    there = update(Delivery).where(Delivery.channel == channel, Delivery.address == address)
    waiting = there.where(Delivery.status.in_(OPEN))
    ended = {"status": DeliveryStatus.CANCELLED, "claim_token": None, "lease_until": None}
    session.execute(waiting.values(ended))
    gone = literal("erased:").concat(cast(Delivery.id, String))
    session.execute(there.values(address=gone, provider_id=None, last_error=None))


def _end_memberships(
    session: Session, person: Person, ids: Collection[int], *, now: datetime
) -> None:
    actor = Actor(person, via=VIA)
    active = select(Member).where(Member.person_id.in_(ids), Member.state == MemberState.ACTIVE)
    for member in session.scalars(active.order_by(Member.id).with_for_update()).all():
        member.state, member.ended_at = MemberState.LEFT, now
        group = session.get_one(Group, member.group_id)
        note(session, actor, action="member.forgotten", group=group, now=now)
    note(session, actor, action="person.erased", group=None, now=now)

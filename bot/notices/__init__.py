"""Notice: what a recorded fact sounds like to somebody it is told to; rendered when it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bot.notices import (
    accounts,
    broadcasts,
    calendar_answers,
    changes,
    codes,
    contracts,
    declining,
    doors,
    events,
    guests,
    invites,
    lifecycle,
    mail,
    membership,
    posts,
    progress,
    reconciled,
    requests,
    room_links,
    rooms,
    roster_done,
    roster_mail,
    unreached,
    welcome,
)
from bot.notices.deaths import deaths
from bot.notices.link_acts import LinkEnd, LinkOrder
from bot.notices.notice import (
    Admission,
    Deed,
    Enclosure,
    Notice,
    Post,
    Rewrite,
    RoomBan,
    Telling,
    Template,
)
from core.facts import Fact

__all__ = [
    "Admission",
    "Deed",
    "Enclosure",
    "LinkEnd",
    "LinkOrder",
    "Notice",
    "Post",
    "Rewrite",
    "RoomBan",
    "Telling",
    "Template",
    "render",
]


NOTICES: Mapping[str, Callable[[Session, Fact], Telling | None]] = {
    "welcome": welcome.welcome,
    "membership": membership.membership,
    "transfer_offer": membership.transfer_offer,
    "transfer_answer": membership.transfer_answer,
    "expulsion": membership.expulsion,
    "readmission": membership.readmission,
    "request_card": requests.request_card,
    "request_settled": requests.request_settled,
    "request_question": requests.request_question,
    "request_outcome": requests.request_outcome,
    "invite_declined": declining.invite_declined,
    "admission": requests.admission,
    "room_lost": rooms.room_lost,
    "room_needs_rights": rooms.room_needs_rights,
    "room_offer": rooms.room_offer,
    "rooms_reconciled": reconciled.reconciled,
    "invite_card": invites.invite_card,
    "stranger_opened": invites.stranger_opened,
    "claim_raised": invites.claim_raised,
    "hand_over": invites.hand_over,
    "deaths": deaths,
    "invite_ending": lifecycle.invite_ending,
    "invite_expired": lifecycle.invite_expired,
    "room_link": room_links.room_link,
    "room_link_end": room_links.room_link_end,
    "way_in": doors.way_in,
    "no_room_link": doors.no_room_link,
    "room_link_misused": doors.room_link_misused,
    "account_linked": accounts.account_linked,
    "expulsion_failed": changes.expulsion_failed,
    "move_gain": changes.move_gain,
    "move_loss": changes.move_loss,
    "invite": mail.invite,
    "invite_text": invites.invite_text,
    "reminder": mail.reminder,
    "registration": mail.registration,
    "roster_export": roster_mail.roster_export,
    "archived": changes.archived,
    "restored": changes.restored,
    "email_code": codes.email_code,
    "webhook_ended": posts.webhook_ended,
    "guests_imported": guests.guests_imported,
    "broadcast_done": broadcasts.broadcast_done,
    "progress": progress.progress,
    "progress_made": progress.progress_made,
    "rsvp_card": events.rsvp_card,
    "rsvp_counts": events.rsvp_counts,
    "event_question": events.event_question,
    "event_asked_again": events.event_asked_again,
    "event_reminder": events.event_reminder,
    "event_cancelled": events.event_cancelled,
    "seat_offer": events.seat_offer,
    "seat_lapsed": events.seat_lapsed,
    "calendar_answer": calendar_answers.calendar_answer,
    "guests_unreached": unreached.guests_unreached,
    "contract_card": contracts.contract_card,
    "contract_signed": contracts.contract_signed,
    "contract_link": contracts.contract_link,
    "roster_imported": roster_done.roster_imported,
}


def render(session: Session, kind: str, fact: Fact) -> Telling | None:
    """What is told or done, or None when there is nothing left to tell.

    Raises LookupError for a kind that this version does not know.
    """
    return NOTICES[kind](session, fact)

"""What /outbox calls things: its lists, and the messages by what they are about."""

from __future__ import annotations

from bot.texts import Text, say
from core.deliveries.trail import View

TITLES: dict[View, Text] = {
    View.WAITING: say("Waiting"),
    View.UNCERTAIN: say("Perhaps arrived, perhaps not"),
    View.FAILED: say("Refused for good"),
    View.DEAD: say("Given up"),
    View.UNREAD: say("Never made into messages"),
    View.SKIPPED: say("Not sent, since there was no way"),
}

KINDS: dict[str, Text] = {
    "welcome": say("a welcome"),
    "membership": say("news of a membership"),
    "transfer_offer": say("the offer of a group"),
    "transfer_answer": say("the answer to an offer"),
    "expulsion": say("putting somebody out"),
    "readmission": say("letting somebody back"),
    "request_card": say("a request to join"),
    "request_settled": say("the end of a request"),
    "request_question": say("a question to who asked to join"),
    "admission": say("letting somebody in"),
    "room_lost": say("word of a lost room"),
    "room_needs_rights": say("word of a missing right"),
    "room_offer": say("the way into the room"),
    "rooms_reconciled": say("what came of matching rooms"),
    "stranger_opened": say("that a stranger opened an invite"),
    "claim_raised": say("whether it is whom you invited"),
    "invite_card": say("an invite"),
    "hand_over": say("word of an invite to hand over"),
    "account_linked": say("word of a linked account"),
    "invite_ending": say("a reminder of an invite"),
    "invite_expired": say("word that an invite ran out"),
    "request_outcome": say("the answer to who asked to join"),
    "invite_declined": say("word of a declined invite"),
    "room_link": say("making a link into the room"),
    "room_link_end": say("ending a link into the room"),
    "rsvp_card": say("the card of an event"),
    "rsvp_counts": say("the counts on an event’s card"),
    "event_question": say("the question whether somebody comes"),
    "event_asked_again": say("the question whether somebody still comes"),
    "event_reminder": say("a reminder of an event"),
    "event_cancelled": say("word that an event is cancelled"),
    "seat_offer": say("the offer of a place"),
    "seat_lapsed": say("word that a place went to others"),
    "calendar_answer": say("word of what a calendar answered"),
    "guests_unreached": say("word of guests whom nothing reaches"),
    "way_in": say("a member’s own way into the room"),
    "no_room_link": say("word of a room that can’t be opened"),
    "room_link_misused": say("word of a stranger at the door"),
    "deaths": say("word of messages given up"),
    "expulsion_failed": say("word of somebody who is still in a room"),
    "move_gain": say("word of a move that gave rights"),
    "move_loss": say("word of a move that took rights"),
    "invite_text": say("an invite to a phone number"),
    "invite": say("an invite by e-mail"),
    "reminder": say("a reminder by e-mail"),
    "roster_export": say("the roster by e-mail"),
    "registration": say("word by e-mail that somebody is in"),
    "archived": say("word of an archive"),
    "restored": say("word of the end of an archive"),
    "email_code": say("six digits by e-mail"),
    "event_post": say("an event for a webhook"),
    "webhook_ended": say("word of a webhook that was switched off"),
    "announcement": say("an announcement"),
    "progress": say("how far something is"),
    "progress_made": say("how far something has come"),
    "broadcast_done": say("word of what came of a broadcast"),
    "guests_imported": say("word of an imported guest list"),
    "contract_card": say("a contract to sign"),
    "contract_signed": say("the welcome after signing"),
    "contract_link": say("the link into the team’s room"),
    "roster_imported": say("what came of a list of players"),
}


def kind_word(kind: str) -> Text:
    """What the message is about; a kind without words of its own is called by its name."""
    return KINDS.get(kind) or say("{kind}", kind=kind.replace("_", " ").replace(".", " "))

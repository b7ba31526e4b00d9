"""What is said where a guest list, or a row of one, can't be taken as it is."""

from __future__ import annotations

from bot.texts import Text, say

GUEST_REFUSALS: dict[str, Text] = {
    "file_cell_too_long": say(
        "One cell of that file is as long as a book. Put only the guests into it, and send it"
        " again."
    ),
    "file_unpacks_too_large": say(
        "That file unpacks to far more than a guest list. Send the list alone, as CSV."
    ),
    "guest_nameless": say("There is no name. Write at least one, as in <code>Dana Levi</code>."),
    "phone_rounded": say(
        "A spreadsheet has rounded that number. Make the column text, type the number again, and"
        " send it."
    ),
    "status_unreadable": say("I can't read that answer. Use yes, no, maybe, waitlist or pending."),
    "count_unreadable": say("I can't read how many they are. Write a number, as in 2."),
    "party_too_many": say("That is too large a party. Put at most 10 with one guest."),
    "cell_too_long": say(
        "That is too long: names have up to 64 characters, sides and tables 32, notes 1,000. Use"
        " fewer."
    ),
    "no_event": say(
        "{group} is no event and has none that you may see. Choose one with /group, or make one:"
        " /event"
    ),
    "guest_exists": say(
        "{guest} is on the list of {event} already. Add <code>sure=yes</code> if it is somebody"
        " else."
    ),
    "guest_field_unknown": say(
        'I can\'t set that. Write it like <code>set="table=4"</code>, with one of: {known}'
    ),
    "guests_too_many_unsure": say(
        "That would change {count} guests. Add <code>sure=yes</code> if you mean all of them."
    ),
    "too_many_guests_at_once": say(
        "At most {most} guests at once. Choose fewer, by <code>status=</code> or"
        " <code>side=</code>."
    ),
    "guests_are_two": say(
        "{guest} and {other} each have an account of their own, so they are two. Use Keep both."
    ),
    "text_blank": say("There is no text. Write what is to be said behind the options."),
    "text_too_long": say("That text is too long. Use at most {limit} characters."),
    "audience_unknown": say("I don't know whom you mean. Write it like this: {known}"),
    "broadcast_unknown": say(
        "There is no such broadcast of yours, or it is over. Write it anew: /broadcast"
    ),
    "broadcast_none_yet": say(
        "Nothing was sent to {group} yet, so there is nobody whom it did not reach. Write:"
        " <code>/broadcast to=all Hello</code>"
    ),
    "broadcast_begun": say("That was confirmed before. Write another one: /broadcast"),
    "broadcast_over": say("It is over: sent, or called back. Write another one: /broadcast"),
    "broadcast_to_nobody": say(
        "Nobody of them can be reached by any channel. Choose others: /broadcast"
    ),
    "broadcast_unsure": say("That goes to {count} people. Add that number behind it to send it."),
    "too_many_broadcasts": say(
        "At most {most} messages of this kind an hour. Wait a while, then go on."
    ),
    "guest_out_of_reach": say(
        "Nothing reaches that guest. Add a number or an e-mail address to their card: /guests"
    ),
    "guests_overtaken": say(
        "All of them were changed since, so nothing is left to undo. /guests shows how they are."
    ),
    "no_seats_to_undo": say(
        "Their seats at {event} were given away meanwhile. Make room first, then try again: /event"
    ),
}

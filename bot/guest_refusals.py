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
    "party_too_large": say("That is too large a party. Put at most 10 with one guest."),
    "cell_too_long": say(
        "That is too long: names have up to 64 characters, sides and tables 32, notes 1,000. Use"
        " fewer."
    ),
}

"""What is said where a wish about an event is refused."""

from __future__ import annotations

from bot.texts import Text, say

EVENT_REFUSALS: dict[str, Text] = {
    "event_unknown": say("There is no such event among yours. /groups shows them."),
    "event_without_start": say('When does it begin? Write <code>at="2026-12-05 18:30"</code> too.'),
    "event_ends_too_early": say("It begins at {starts}. Choose an end after that."),
    "deadline_too_late": say("It begins at {starts}. Choose a deadline before that."),
    "event_number": say("Write {option}= with a number from {fewest} to {most}."),
    "map_link_unreadable": say(
        "{link} is no link. Write it whole, as in <code>https://maps.example.org/abc</code>."
    ),
    "too_many_sides": say("An event has {most} sides at most. Leave some out."),
}

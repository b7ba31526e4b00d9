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
    "when_unreadable": say(
        "I can't read {when} as a date. Write <code>sat 19:00</code>, <code>5 dec 18:30</code> or"
        " <code>2026-12-05 18:30</code>."
    ),
    "when_without_hour": say("At what time? Write it too, as in <code>sat 19:00</code>."),
    "when_over": say("{when} is over. Choose a time to come."),
    "when_too_far": say("{when} is more than five years away. Choose an earlier date."),
    "when_ambiguous": say(
        "Which number of {when} is the month? Write <code>5 dec 18:30</code> or"
        " <code>2026-12-05 18:30</code>."
    ),
    "when_other_weekday": say("That day is a {when}. Write the date or the weekday alone."),
    "when_skipped": say(
        "There is no {hour} on that day in {zone}: the clocks go forward. Choose {instead}."
    ),
    "rule_unreadable": say(
        "I can’t read {rule} as a rule. Write <code>every=week</code>,"
        ' <code>every="2 weeks"</code> or <code>every="FREQ=WEEKLY;BYDAY=TU,TH"</code>.'
    ),
    "rule_empty": say("By {rule} nothing follows. Choose another rule, or leave every= out."),
    "series_names_days": say(
        "The rule of this series names its days: {rule}. Cancel what follows, and plan it anew with"
        " /event."
    ),
    "no_spot": say(
        "Send me the place from your phone (the paper clip, then Location), or answer it with"
        " <code>/event place=here</code>."
    ),
    "no_map": say(
        "Nobody has put {event} on a map yet. Ask who runs it to send me its place by phone."
    ),
    "event_off": say("{event} is cancelled. /event shows what is coming."),
    "event_begun": say("{event} has begun, so answers are closed. /event shows what is coming."),
    "rsvp_closed": say("The time to answer for {event} is over. Ask {contact}."),
    "no_companions": say("{event} is for the invited alone. Answer with /rsvp yes."),
    "too_many_companions": say("At most {most} may come along. Choose a smaller number."),
    "no_more_companions": say(
        "No more than {count} may come along to {event}. Fewer: <code>/rsvp yes plus=0</code>"
    ),
    "no_seats_for_more": say(
        "{event} has {count} places left, so you keep those you have. Try with fewer."
    ),
    "party_too_large": say("{event} has {count} places in all. Try with fewer people."),
    "fewer_seats_than_taken": say("{count} places are taken. Choose at least as many."),
    "guest_unknown": say("There is no such guest among yours. Ask an organiser of the event."),
    "rsvp_unknown": say("This link opens nothing. Ask whoever sent it for a new one."),
    "not_an_event": say(
        '{group} is no event. Plan one: <code>/event Practice at="sat 19:00"</code>'
    ),
    "region_unreadable": say("I can't read {region}. Write two letters, as in <code>US</code>."),
    "which_event": say("Which event? Choose one with /group, then type that again."),
    "rsvp_unreadable": say("I can't read {word} as an answer. Write yes, no or maybe: /rsvp yes"),
    "no_event_here": say("Nothing is coming here. Plan something with /event."),
    "nobody_else": say("There is nobody else whom you answer for at {event}. Ask an organiser."),
    "list_hidden": say("Who comes to {event} is shown to its organisers alone. Ask one of them."),
    "all_answered": say("Everybody on the list of {event} has answered. /event shows what."),
    "reminded_lately": say(
        "The guests of {event} were reminded less than an hour ago. Wait a while: /event shows who"
        " has answered."
    ),
    "rsvp_for_somebody_else": say(
        "This link to {event} is somebody else's. Ask an organiser for one of your own."
    ),
}

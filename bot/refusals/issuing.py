"""What a person is told when nobody can be invited: who is meant, the list, the limits."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import Text, say

ISSUING: Mapping[str, Text] = {
    "whom_missing": say("There is nobody between two commas. Write <code>/invite @dana</code>."),
    "too_many_at_once": say("At most {most} people at once. Send the others in a second command."),
    "username_unreadable": say(
        "{who} is no username. They have letters, digits and _ only. Write <code>@dana</code>."
    ),
    "phone_unreadable": say(
        "I can't read {phone} as a phone number. Write it with its country's code, as in"
        " <code>+12025550143</code>."
    ),
    "phone_extension": say(
        "{phone} has an extension, which leads to nobody's own phone. Use their mobile number."
    ),
    "phone_ambiguous": say(
        "{phone} may be dialled from here or be {other}. Write it with its + and country's code."
    ),
    "email_unreadable": say(
        "I can't read {email} as an e-mail address. Write <code>dana@example.org</code>."
    ),
    "phone_proof_needed": say(
        "{inviter} sent this invite to a certain phone number. Type /phone to show me that it is"
        " yours."
    ),
    "claim_waits": say(
        "I asked {inviter} whether this invite is for you. Wait for their answer: I write to you."
    ),
    "file_too_large": say("That file is too large. Send at most {most} kB, as CSV."),
    "file_no_text": say(
        "I can't read that file as text. Send it once more, saved as CSV, or paste the lines."
    ),
    "file_not_had": say(
        "I did not get that file. Send it again, at most {most} kB, or paste its lines."
    ),
    "list_empty": say("There is nobody on that list. Send a line for each person."),
    "list_too_long": say("That list is too long. Send at most {most} people at once."),
    "no_such_list": say("That list is no longer kept. Send it again with /bulkinvite."),
    "list_done": say("Those on that list are invited to {group}. /invites shows how they stand."),
    "too_many_by_you": say(
        "You have reached the limit of {most} invites within {window}. Wait a while, or ask a"
        " system admin for more: /limits"
    ),
    "too_many_to_group": say(
        "{group} has reached its limit of {most} invites within {window}. Wait a while, or ask a"
        " system admin for more: /limits"
    ),
    "invited_too_often": say("They have been invited {most} times within {window}. Wait a while."),
    "card_waits": say(
        "{inviter} has made many invites lately, so this one to {group} has to wait. Try it again"
        " later."
    ),
    "limits_by_system_admins": say(
        "Only system admins change the limits. Ask whoever runs Usher for more."
    ),
    "paid_by_system_admins": say(
        "Only system admins decide on what costs money. Ask whoever runs Usher."
    ),
    "reserve_out_of_bounds": say(
        "The reserve is a number of Stars up to {most}. Try <code>/paid on reserve=1000</code>."
    ),
    "limit_out_of_bounds": say("A limit is a number up to {most}. Try <code>short=50</code>."),
    "no_such_block": say("That is not among what you don't want. /blocked shows what is."),
    "nobody_claims": say("That is decided already. /invites shows how they stand."),
}

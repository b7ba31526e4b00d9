"""What is said where programs are refused, or a wish about their keys."""

from __future__ import annotations

from bot.texts import Text, say

API_REFUSALS: dict[str, Text] = {
    "key_opens_nothing": say(
        "No key of yours came with that, or it opens nothing. Make one in chat: /apikey new"
    ),
    "key_too_narrow": say(
        "This key is not made for that in {group}: {permission}. Make another: /apikey new"
    ),
    "key_is_limited": say(
        "That belongs to no group, and this key is limited. Make one without a limit: /apikey new"
    ),
    "key_hands_out_less": say(
        "A key hands out no role that may do more than itself. Use one without a limit to give the"
        " role {role}."
    ),
    "no_such_permission": say("I don't know the right {permission}. Choose among these: {known}."),
    "key_ttl_out_of_bounds": say(
        "A key lasts between {shortest} and {longest}. Try <code>ttl=90d</code>."
    ),
    "too_many_keys": say(
        "You have {most} keys, which is as many as there may be. Revoke one first: /apikey"
    ),
    "several_groups": say("Several are called {name}: {numbers}. Use the number, with its #."),
    "no_such_key": say("There is no key {key} among yours. /apikey shows them."),
    "changed_meanwhile": say(
        "Somebody has changed that since you saw it. Ask for it again, then decide."
    ),
    "repeat_differs": say(
        "That key was used for another request within a day. Use a new Idempotency-Key."
    ),
    "too_many_requests": say("That were too many requests. Wait a moment, then try again."),
    "invitee_is_member": say("{person} is a member already. /role changes what they are."),
    "invitee_is_banned": say("{person} is banned. Ask an owner to lift that first."),
    "invitee_is_invited": say(
        "{person} has an open invite already: {invite}. Send that again with /resend."
    ),
    "invitee_unsure": say(
        "More than one person may be meant by {who}. Use their @username or number."
    ),
}

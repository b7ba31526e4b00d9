"""What is said where a wish about a roster or a contract is refused."""

from __future__ import annotations

from bot.texts import Text, say

ROSTER_REFUSALS: dict[str, Text] = {
    "player_unknown": say("There is no such player among yours. /contracts shows your children."),
    "player_not_here": say("No player of {group} is called {player}. /roster shows them."),
    "player_there": say(
        "{player} is on the roster of {group} already. Add an initial to the name if it is somebody"
        " else."
    ),
    "too_many_guardians": say("A player has {most} guardians at most. Write down those who sign."),
    "guardian_blank": say(
        "I can't read who that is. Write it like <code>Dana Levi, dana@example.org</code>."
    ),
    "guardian_twice": say(
        "{who} is one address too many. Write one guardian at a time, with one e-mail address and"
        " one phone number."
    ),
    "no_other_team": say(
        "You run no other team that {player} could play in. Found one: <code>/newgroup Lions</code>"
    ),
    "contract_counts": say(
        "{player}’s contract is signed and counts. /roster shows it; there it can be made void."
    ),
    "contract_open": say("{player}’s contract is not signed yet. Sign it first: /sign"),
    "contract_void": say("{player}’s contract was made void. Ask the club to send it once more."),
    "terms_missing": say(
        "Nothing is set yet that could be signed in {group}. Send it first: <code>/terms</code> and"
        " the text."
    ),
    "terms_not_set": say(
        "The club has not said yet what is to be signed for {player}. Ask it to do so."
    ),
    "contract_link_unknown": say(
        "This link opens no contract, or none any more. Ask the club to send you a new one."
    ),
    "terms_changed": say(
        "The terms for {player} changed since you read them. Read them again: /contracts"
    ),
    "no_such_roster": say("That list is no longer kept. Send it again with /importroster."),
    "roster_asked": say(
        "That list is being taken over into {group}, or was. See: <code>/importroster status</code>"
    ),
    "roster_of_cards": say(
        "Those are contact cards, which say nothing of teams. Send the players as CSV."
    ),
    "signed_unclear": say("I can't read whether that is signed. Write yes or no."),
    "terms_blank": say("That text is blank. Write what is to be signed."),
    "terms_too_long": say("That text is too long. Use at most {limit} characters."),
}

"""What is said where a wish about one's own accounts, language, zone or data is refused."""

from __future__ import annotations

from bot.texts import Text, say

OWN_REFUSALS: dict[str, Text] = {
    "no_mail_here": say("This Usher sends no e-mail. Ask who runs it to set it up."),
    "no_own_email": say(
        "I know no e-mail address that you have shown to be yours. Show me one: /email. See it here"
        " instead: /roster"
    ),
    "email_elsewhere": say(
        "{email} belongs to another account. Type /link there if it is yours, and join the two."
    ),
    "mailbox_unknown": say(
        "I don't know this link. Open the one at the end of an e-mail from me as it is."
    ),
    "colour_unreadable": say(
        "I can't read the colour {colour}. Write six digits or letters from a to f, as in"
        " <code>#1a5fb4</code>."
    ),
    "colours_too_close": say(
        "Nobody can read that: the contrast is {ratio}, and it takes {contrast}. Try"
        " <code>text={ink}</code>, or a darker or lighter <code>colour=</code>."
    ),
    "link_code_unknown": say(
        "This code does not open anything. Type /link on the other platform for a new one."
    ),
    "link_self": say(
        "That is your own code from here. Type it where I don't know you yet as the same person."
    ),
    "link_overtaken": say("Your accounts changed at this very moment. Type /link to try again."),
    "link_last_owner": say(
        "One of the two was removed from {group} or banned there, and the other is its last owner."
        " Make somebody else an owner first, then type /link again."
    ),
    "link_while_leaving": say(
        "One of the two is about to be forgotten. Type <code>/forgetme no</code> there first."
    ),
    "nothing_to_unlink": say(
        "There is nothing to undo: no accounts of yours were joined in the last 30 days. /link"
        " joins them."
    ),
    "no_such_language": say("I don't speak {language} yet. /language shows what I speak."),
    "no_such_zone": say(
        "I don't know the time zone {zone}. Write it like <code>Europe/Berlin</code>, or type"
        " /timezone to choose."
    ),
    "forget_last_owner": say(
        "You are the last owner of {group}, so I can't forget you yet. Hand it on first, with"
        " /transfer."
    ),
    "forget_expired": say("That question was too long ago, or never asked. Type /forgetme anew."),
    "forget_unclear": say("I can't read {word} here. Type /forgetme alone and use the buttons."),
}

"""Why a message did not arrive, in people's words: platforms and programs say it in their own."""

from __future__ import annotations

from bot.texts import Text, say

# By what the reason holds, the first that fits; capitals do not count.
REASONS: tuple[tuple[str, Text], ...] = (
    ("blocked by the user", say("they have blocked me")),
    ("user is deactivated", say("their account is gone")),
    ("can't initiate conversation", say("they have not pressed Start yet")),
    ("bot was kicked", say("I was put out of the room")),
    ("bot is not a member", say("I am not in the room")),
    ("chat not found", say("there is no such chat any more")),
    ("group chat was deleted", say("the room was deleted")),
    ("not enough rights", say("I lack a right there")),
    ("chat_admin_required", say("I lack a right there")),
    ("flood control", say("I was asked to wait")),
    ("sender vanished", say("my program broke off each time it tried")),
    ("unknown event type", say("this version does not know what it is about")),
    ("unreadable payload", say("what was noted of it is damaged")),
    ("timed out", say("no answer came")),
    ("no answer", say("no answer came")),
    ("no guardian is written down", say("no guardian is written down")),
    ("no e-mail address and no phone", say("no e-mail address and no phone number")),
    ("not in a chat with us yet", say("no e-mail address, and they have not written to me yet")),
    ("5.1.1", say("there is no such address")),
    ("131026", say("WhatsApp does not reach that number")),
    ("they asked for no more e-mail", say("they asked for no more e-mail")),
    ("they asked us to stop", say("they asked me to stop")),
    ("is not set up here", say("I can’t write to them by this channel yet")),
    ("called off by hand", say("called off by hand")),
    ("connection", say("the connection failed")),
    ("internal server error", say("the service has trouble")),
    ("bad gateway", say("the service has trouble")),
)


def in_words(reason: str | None) -> Text:
    """The reason as a person reads it; one that is not known is quoted."""
    if not reason:
        return say("not tried yet")
    plain = reason.casefold()
    found = next((words for phrase, words in REASONS if phrase in plain), None)
    return found or say("{reason}", reason=reason)

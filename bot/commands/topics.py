"""What the commands are about, so that /help can be read: each command has one topic."""

from __future__ import annotations

from dataclasses import dataclass

from bot.texts import Text, say


@dataclass(frozen=True, slots=True)
class Topic:
    """`key` is what is typed after /help, `commands` are names."""

    key: str
    title: Text
    commands: tuple[str, ...]


TOPICS = (
    Topic("start", say("First steps"), ("start", "help")),
    Topic(
        "groups",
        say("Groups"),
        ("newgroup", "groups", "group", "rename", "move", "archive", "restore", "deletegroup"),
    ),
    Topic(
        "members",
        say("Members"),
        ("members", "find", "role", "remove", "undo", "transfer", "leave", "requests", "answer"),
    ),
    Topic(
        "invites",
        say("Invites"),
        (
            "invite",
            "bulkinvite",
            "invites",
            "invitestats",
            "resend",
            "qr",
            "revoke",
            "adopt",
            "vouch",
            "limits",
        ),
    ),
    Topic(
        "invited",
        say("When you are invited"),
        ("accept", "decline", "ask", "phone", "blocked", "come", "offer"),
    ),
    Topic("rooms", say("Rooms"), ("bind", "unbind", "drift", "groupme", "whatsapp")),
    Topic(
        "events",
        say("Events and guests"),
        (
            "event",
            "rsvp",
            "guests",
            "guest",
            "write",
            "addguest",
            "import",
            "duplicates",
            "export",
            "stats",
            "remind",
        ),
    ),
    Topic(
        "roster",
        say("Rosters and contracts"),
        (
            "roster",
            "addplayer",
            "importroster",
            "mailroster",
            "assign",
            "guardian",
            "terms",
            "sendcontract",
            "sign",
            "contracts",
        ),
    ),
    Topic(
        "messages",
        say("Messages"),
        ("broadcast", "outbox", "drain", "log", "mails", "brand", "webhook", "paid"),
    ),
    Topic(
        "you",
        say("About you"),
        (
            "link",
            "unlink",
            "language",
            "timezone",
            "email",
            "mydata",
            "forgetme",
            "stop",
            "resume",
            "signin",
            "apikey",
        ),
    ),
)
OTHERS = Topic("others", say("Everything else"), ())


def topic_of(name: str) -> Topic:
    """Where a command belongs."""
    return next((one for one in TOPICS if name in one.commands), OTHERS)

"""What is said of one invite to those who may hand it out: its link, its uses, its end."""

from __future__ import annotations

from bot.command import Button, Call, Picture, Reply
from bot.qr import qr_png
from bot.texts import BLANK, Text, Verbatim, lines, say
from bot.words import role_word
from core.groups import Group
from core.invites import UNLIMITED, Invite


def link_reply(call: Call, group: Group, invite: Invite, token: str, opening: Text) -> Reply:
    """The link, which is told this once, as text and as a QR code."""
    link = Verbatim(call.outside.invite_link(token))
    return Reply(
        lines(
            opening,
            say("{link}", link=link),
            BLANK,
            say("Label: {label}", label=invite.title) if invite.title else None,
            say("Role: {role}", role=role_word(group.kind, invite.role, invite.label)),
            uses_left(invite),
            asks_first(invite),
            expiry(invite),
            say("Take it back: <code>/revoke {invite}</code>", invite=Verbatim(invite.public_id)),
        ),
        ((Button(say("Share"), share=link.text), Button(say("Copy the link"), copy=link.text)),),
        picture=Picture(qr_png(link.text), say("Scan to join {group}", group=group.name)),
    )


def uses_left(invite: Invite) -> Text:
    if invite.max_uses == UNLIMITED:
        return say("Uses: any number")
    return say("Uses: {count}", count=invite.max_uses - invite.uses)


def asks_first(invite: Invite) -> Text | None:
    return say("An admin is asked about whoever accepts") if invite.asks else None


def expiry(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("Expires: never")
    return say("Expires: {time}", time=invite.expires_at)

"""An invite as whom it is for sees it: who offers what, until when, and the buttons."""

from __future__ import annotations

from bot.command import Button
from bot.texts import BLANK, Prose, Text, lines, say
from bot.words import KINDS, role_word
from core.groups import Group
from core.invites import Invite
from core.people import Person
from core.unlinked import unlinked


def describe(
    invite: Invite, group: Group, inviter: Person, *, warning: Text | None, unasked: bool = False
) -> Prose:
    """What is offered. `warning` is of groups that it looks like. Nothing in the names can be
    tapped, nor in the note of a card that comes `unasked`.
    """
    names = {"inviter": unlinked(inviter.name), "group": unlinked(group.name)}
    note = unlinked(invite.note) if invite.note and unasked else invite.note
    return lines(
        say("{inviter} invites you to <b>{group}</b>.", **names),
        warning,
        BLANK,
        say("What it is: {kind}", kind=KINDS[group.kind]),
        say("Your role: {role}", role=role_word(group.kind, invite.role, invite.label)),
        open_until(invite),
        say("“{note}”", note=note) if note else None,
    )


def open_until(invite: Invite) -> Text:
    if invite.expires_at is None:
        return say("Open for as long as you like")
    return say("Open until: {time}", time=invite.expires_at)


def answer_buttons(invite: Invite) -> tuple[tuple[Button, ...], ...]:
    """They carry the public id, which opens nothing for anybody else."""
    code = invite.public_id
    return (
        (
            Button(say("Accept"), f"/accept {code}"),
            Button(say("Decline"), f"/decline {code}"),
        ),
    )

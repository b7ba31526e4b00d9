"""The numbers of a group's invites as a table for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.command import Call, Document, Place, Reply
from bot.spreadsheets import csv_of
from bot.texts import say
from core.errors import Invalid
from core.groups import Group
from core.invites import Invite
from core.invites.deeds import Deed
from core.invites.stats import Counts, InviterCounts, export_counts

ABOUT = (
    "row",
    "invite",
    "for",
    "inviter",
    "role",
    "status",
    "made (UTC)",
    "expires (UTC)",
)
COLUMNS = (*ABOUT, "used", "uses at most", *Deed)
TIME = "%Y-%m-%d %H:%M:%S"


def table_of(call: Call, group: Group) -> Reply:
    """A row for each inviter, those who are known no more included, and one for each invite."""
    if call.incoming.room.place is not Place.PRIVATE:
        raise Invalid("only_in_private")
    inviters, invites = export_counts(call.session, call.actor, group=group)
    rows = [
        *map(_inviter, inviters),
        *(_invite(invite, counts, call.now) for invite, counts in invites),
    ]
    return Reply(
        say("Here are the invites to {group} in numbers.", group=group.name),
        document=Document(
            "usher-invites.csv",
            csv_of(COLUMNS, rows),
            say("Invites: {count}", count=len(invites)),
        ),
        secret=True,
    )


def _inviter(one: InviterCounts) -> tuple[str, ...]:
    blank = [""] * (len(ABOUT) - 4)
    return ("inviter", "", "", one.name or "", *blank, "", "", *_numbers(one.counts))


def _invite(invite: Invite, counts: Counts, now: datetime) -> tuple[str, ...]:
    whom = invite.invitee.name if invite.invitee else invite.title or invite.meant_for
    return (
        "invite",
        invite.public_id,
        whom or "",
        invite.inviter.name,
        invite.label or invite.role.value,
        invite.status(now).value,
        invite.created_at.strftime(TIME),
        invite.expires_at.strftime(TIME) if invite.expires_at else "",
        str(invite.uses),
        str(invite.max_uses) if invite.max_uses else "",
        *_numbers(counts),
    )


def _numbers(counts: Counts) -> Iterable[str]:
    return (str(counts[deed]) for deed in Deed)

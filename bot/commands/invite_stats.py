"""/invitestats: what has come of the group's invites, in words, as a picture and as a table."""

from __future__ import annotations

from typing import Any

from bot.charts import Bar, Chart
from bot.command import Button, Call, Command, Reply
from bot.commands.invite_tables import table_of
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from core.access import Permission
from core.groups import Group
from core.invites import Invite
from core.invites.deeds import Deed
from core.invites.stats import Counts, InviteNumbers, InviterCounts, count_invites

MOST_INVITERS = 10
CSV = "csv"


def invitestats(call: Call) -> Reply:
    """All together, by inviter, and by invite ten a page, the newest first; or as a table."""
    group = target_group(call)
    if call.arguments.text().casefold() == CSV:
        return table_of(call, group)
    numbers = count_invites(
        call.session, call.actor, group=group, cursor=cursor_of(call.arguments), now=call.now
    )
    return Reply(
        lines(
            say("<b>The invites to {group} in numbers</b>", group=group.name),
            *_in_words(numbers.total),
            *_inviters(numbers.inviters),
            *_invites(numbers),
        ),
        (
            *turning_buttons(numbers.page, f"/invitestats group={group.id}"),
            (Button(say("As a table"), f"/invitestats {CSV} group={group.id}"),),
        ),
        picture=None if call.incoming.pressed else _funnel(group, numbers.total),
        replaces=True,
    )


def _in_words(counts: Counts) -> tuple[Prose, ...]:
    return (
        _counts_of(counts),
        _stays(say("After 7 days"), counts[Deed.STAYED_7], counts[Deed.GONE_7]),
        _stays(say("After 30 days"), counts[Deed.STAYED_30], counts[Deed.GONE_30]),
    )


def _counts_of(counts: Counts) -> Text:
    return say(
        "sent {sent}, seen {seen}, accepted {accepted}, declined {declined}, expired {expired}",
        **{deed.value: counts[deed] for deed in Deed},
    )


def _stays(when: Text, stayed: int, gone: int) -> Text:
    if not stayed + gone:
        return say("{when}: nobody is in for so long yet", when=when)
    return say(
        "{when}: {stayed} of {all} are still there", when=when, stayed=stayed, all=stayed + gone
    )


def _inviters(inviters: list[InviterCounts]) -> list[Prose]:
    shown: list[Prose] = [BLANK, say("<b>By inviter</b>")] if inviters else []
    for one in inviters[:MOST_INVITERS]:
        name = one.name if one.name is not None else say("no longer known")
        shown.append(say("{inviter}: {counts}", inviter=name, counts=_counts_of(one.counts)))
    return shown


def _invites(numbers: InviteNumbers) -> list[Prose]:
    rows = [_row(invite, numbers.by_invite[invite.id]) for invite in numbers.page.rows]
    return [BLANK, say("<b>The newest</b>"), *rows] if rows else []


def _row(invite: Invite, counts: Counts) -> Text:
    shown: dict[str, Any] = {deed.value: counts[deed] for deed in Deed}
    shown["invite"] = Verbatim(invite.public_id)
    if not invite.title:
        return say(
            "<code>{invite}</code>: seen {seen}, accepted {accepted}, declined {declined}", **shown
        )
    return say(
        "{label} (<code>{invite}</code>): seen {seen}, accepted {accepted}, declined {declined}",
        label=invite.title,
        **shown,
    )


def _funnel(group: Group, counts: Counts) -> Chart:
    week = counts[Deed.STAYED_7] + counts[Deed.GONE_7]
    month = counts[Deed.STAYED_30] + counts[Deed.GONE_30]
    return Chart(
        say("Invites to {group}", group=group.name),
        (
            Bar(say("Sent"), counts[Deed.SENT]),
            Bar(say("Seen"), counts[Deed.SEEN]),
            Bar(say("Accepted"), counts[Deed.ACCEPTED]),
            Bar(say("There after 7 days"), counts[Deed.STAYED_7], week),
            Bar(say("There after 30 days"), counts[Deed.STAYED_30], month),
        ),
        say("Invites to {group}", group=group.name),
    )


COMMANDS = (
    Command(
        "invitestats",
        say("what has come of the invites"),
        invitestats,
        usage="[csv]",
        permission=Permission.LIST_INVITES,
    ),
)

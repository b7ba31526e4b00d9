"""What came of comparing a platform's rooms with groups, in words and with what can be tapped."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Button
from bot.texts import Lines, Prose, Text, lines, say
from core.chats.reconciliations import Report

SHOWN = 10
MOST_TAPS = 8


def summary(report: Report) -> Lines:
    """Counts, and the names of what needs somebody's eye."""
    return lines(
        say("<b>GroupMe and your groups</b>"),
        say("In order: {count}", count=report.matched),
        _count(say("Changed: {count}", count=len(report.changed)), report.changed),
        _count(say("Without a room: {count}", count=len(report.missing)), _names(report)),
        _list(say("Several are called the same, so I leave them alone:"), report.ambiguous),
        _list(say("I am no longer in:"), report.orphaned),
        _list(say("I may not turn the share link on in:"), report.unshared),
        say("Perhaps these belong together. Tap if they do:") if report.near else None,
        _way_out(report),
        _others(report),
    )


def near_buttons(report: Report) -> tuple[tuple[Button, ...], ...]:
    """A tap for each suggestion, and for each group that could get a room of its own."""
    taps = [
        Button(
            say("{room} is {group}", room=near.room, group=near.group),
            f"/groupme tie {near.address.partition(':')[2]} group={near.group_id}",
        )
        for near in report.near
    ]
    if not report.closed:
        taps += [
            Button(
                say("Create {group} on GroupMe", group=one.group),
                f"/groupme create group={one.group_id}",
            )
            for one in report.missing
        ]
    return tuple((tap,) for tap in taps[:MOST_TAPS])


def _names(report: Report) -> list[str]:
    return [one.group for one in report.missing]


def _way_out(report: Report) -> Text | None:
    if not report.missing or not report.closed:
        return None
    return say(
        "GroupMe does not let me create groups. Create them in its app under the same name, add the"
        " club’s account, and type /groupme reconcile"
    )


def _others(report: Report) -> Text | None:
    if not report.missing or not report.foreign:
        return None
    return say(
        "Groups there that others run: {count}. Is one of them yours? Then show me your account on"
        " GroupMe: /link",
        count=report.foreign,
    )


def _count(head: Text, names: Sequence[str]) -> Prose:
    return lines(head, *_shown(names)) if names else head


def _list(head: Text, names: Sequence[str]) -> Prose | None:
    return lines(head, *_shown(names)) if names else None


def _shown(names: Sequence[str]) -> list[Text]:
    more = len(names) - SHOWN
    shown = [say("• {name}", name=name) for name in names[:SHOWN]]
    return [*shown, say("… and {count} more", count=more)] if more > 0 else shown

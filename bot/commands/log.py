"""/log: who did what, when, to whom, by which front end."""

from __future__ import annotations

import json

from bot.command import Button, Call, Command, Document, Place, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.commands.who import meant_member
from bot.deeds import ACTIONS
from bot.spreadsheets import csv_of
from bot.texts import BLANK, Prose, lines, say
from core.access import MemberState, Permission
from core.audit import AuditEntry
from core.errors import Invalid
from core.groups import Group
from core.log import Deed, export_deeds, list_deeds
from core.pages import Page
from core.people import Person

COLUMNS = ("time (UTC)", "who", "action", "to whom", "by", "details")
CSV = "csv"
SOMEBODY, SOMETHING = say("Somebody"), say("did something else")
MAIL, GUARDIAN = "email", say("A guardian, by the link in a mail,")


def log(call: Call) -> Reply:
    """Ten a page, newest first, or with `csv` all of it as a file."""
    group = target_group(call)
    words = call.arguments.words
    as_file = bool(words) and words[-1].casefold() == CSV
    about = _about(call, group, words[:-1] if as_file else words, as_file=as_file)
    if as_file:
        return _file(call, group, about)
    deeds, page = list_deeds(
        call.session, call.actor, group=group, about=about, cursor=cursor_of(call.arguments)
    )
    return _page(group, about, deeds, page)


def _page(group: Group, about: Person | None, deeds: list[Deed], page: Page[AuditEntry]) -> Reply:
    if not deeds:
        return Reply(
            say(
                "Nothing is written down about that in {group}. /log shows all of it.",
                group=group.name,
            )
        )
    title = say("<b>Log of {group}</b>", group=group.name)
    again = f"/log person={about.id} group={group.id}" if about else f"/log group={group.id}"
    whom = say("About {name}", name=about.name) if about else None
    file = Button(say("As a file"), again.replace("/log", f"/log {CSV}", 1))
    return Reply(
        lines(title, whom, BLANK, *map(_line, deeds)),
        (*turning_buttons(page, again), (file,)),
        replaces=True,
    )


def _line(deed: Deed) -> Prose:
    entry, did = deed.entry, ACTIONS.get(deed.entry.action, SOMETHING)
    nobody = GUARDIAN if entry.via == MAIL else SOMEBODY
    who = deed.actor if deed.actor is not None else nobody
    told = say("<b>{who}</b> {did}", who=who, did=did)
    if deed.subject is not None:
        told = say("<b>{who}</b> {did}: {whom}", who=who, did=did, whom=deed.subject)
    return lines(told, say("<i>{time}, by {via}</i>", time=entry.created_at, via=entry.via))


def _about(call: Call, group: Group, words: tuple[str, ...], *, as_file: bool) -> Person | None:
    """Whoever is or was in the group; None is everybody. Others look like nobody."""
    if not words and call.arguments.number("person") is None:
        return None
    again = f"/log {CSV}" if as_file else "/log"
    every = tuple(MemberState)
    permission = Permission.READ_LOG
    return meant_member(
        call, group, permission=permission, words=words, again=again, states=every
    ).person


def _file(call: Call, group: Group, about: Person | None) -> Reply:
    if call.incoming.room.place is not Place.PRIVATE:
        raise Invalid("only_in_private")
    deeds = export_deeds(call.session, call.actor, group=group, about=about)
    return Reply(
        say("Here is the log of {group}, the newest first.", group=group.name),
        document=Document(
            "usher-log.csv",
            csv_of(COLUMNS, map(_cells, deeds)),
            say("Entries: {count}", count=len(deeds)),
        ),
        secret=True,
    )


def _cells(deed: Deed) -> tuple[str, ...]:
    entry = deed.entry
    return (
        entry.created_at.strftime("%Y-%m-%d %H:%M:%S"),
        deed.actor or "",
        entry.action,
        deed.subject or "",
        entry.via,
        json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
    )


COMMANDS = (
    Command(
        "log",
        say("who did what in the group"),
        log,
        usage="[who] [csv]",
        permission=Permission.READ_LOG,
    ),
)

"""/broadcast: one text to many, shown first, confirmed, called back, followed to its end."""

from __future__ import annotations

from bot.broadcast_fields import fields_of
from bot.command import Button, Call, Command, Place, Reply
from bot.commands.broadcast_tables import names, table
from bot.commands.target import target_group
from bot.template_checks import LETTER, PLATFORM, template_check
from bot.texts import BLANK, Lines, Verbatim, lines, say, say_many
from bot.words.broadcasts import letter, outcome, reckoning, whom
from core.access import Permission
from core.broadcasts import (
    CALL_BACK,
    Broadcast,
    BroadcastState,
    find_earlier,
    get_broadcast,
)
from core.broadcasts.audience import Audience
from core.broadcasts.expanding import (
    SURE_ABOVE,
    Draft,
    cancel_broadcast,
    confirm_broadcast,
    draft_broadcast,
)
from core.broadcasts.report import outcome_of
from core.contacts.answers import status_of
from core.errors import CoreError, Invalid
from core.events import find_event
from core.groups import Group
from core.groups.labels import read_role

TO = {"coming": "confirmed", "silent": "invited", "waiting": "waitlisted"}
UNDELIVERED = "undelivered"
USAGE = (
    "to=all|coming|maybe|silent|declined|waiting|<role>|undelivered [side=S] [tree=yes]"
    " [of=bct_…] <text>"
)


def broadcast(call: Call) -> Reply:
    """The text stands behind the options or below the line; all else is about one by its id."""
    match call.arguments.words:
        case ("send", code, *count) if code.startswith("bct_"):
            return _send(call, code, count)
        case ("cancel", code) if code.startswith("bct_"):
            return _cancel(call, code)
        case ("test", code) if code.startswith("bct_"):
            return _test(call, code)
        case ("who", code) if code.startswith("bct_"):
            return names(call, code)
        case ("table", code) if code.startswith("bct_"):
            return table(call, code)
        case ("show", code) if code.startswith("bct_"):
            return _show(call, get_broadcast(call.session, call.actor, code, now=call.now))
        case ("retry", code) if code.startswith("bct_"):
            return _retry(call, code)
    return _draft(call)


def _draft(call: Call) -> Reply:
    group = target_group(call)
    said = call.arguments.option("to")
    below = call.incoming.line.partition("\n")[2].strip()
    text = "\n".join(filter(None, (call.arguments.text(), below)))
    if said is None or not text:
        raise Invalid("missing", usage=Verbatim(f"/broadcast {USAGE}"))
    audience = _audience(call, group, said.strip().casefold())
    draft = draft_broadcast(
        call.session,
        call.actor,
        group=group,
        text=text,
        audience=audience,
        channels=call.channels,
        links=f"{call.public_url}/r/",
        now=call.now,
    )
    return _preview(call, draft)


def _audience(call: Call, group: Group, said: str) -> Audience:
    """Whom the line means: by a role, by an answer, those whom an earlier one missed, or all."""
    if said == UNDELIVERED:
        named = call.arguments.option("of")
        earlier = find_earlier(call.session, call.actor, group, named, now=call.now)
        return Audience(retry_of=earlier.id)
    role, status = _whom(group, said)
    return Audience(
        role=role,
        status=status,
        side=call.arguments.option("side"),
        tree=call.arguments.option("tree") is not None,
        but=call.actor.person.id,
    )


def _whom(group: Group, said: str) -> tuple[str | None, str | None]:
    """By a role, also in the group's own word for it; by an answer; or all."""
    if said == "all":
        return None, None
    status = TO.get(said) or status_of(said)
    if status is not None:
        return None, status
    try:
        return read_role(group.kind, said)[0].value, None
    except CoreError:
        raise Invalid("audience_unknown", known=Verbatim(USAGE)) from None


def _preview(call: Call, draft: Draft) -> Reply:
    found, reckoned = draft.broadcast, draft.reckoning
    code, count = found.public_id, reckoned.reached
    send = Button(
        say_many("Send to {count} person", "Send to {count} people", count),
        f"/broadcast send {code}",
    )
    line = Verbatim(f"/broadcast send {code} {count}")
    typed = say("That is a crowd. To send it, type: {line}", line=line)
    rows = [
        (send,) if 0 < count <= SURE_ABOVE else (),
        (
            Button(say("Test to me"), f"/broadcast test {code}"),
            Button(say("Who?"), f"/broadcast who {code}"),
            Button(say("Cancel"), f"/broadcast cancel {code}"),
        ),
    ]
    return Reply(
        lines(
            _letter(call, found),
            BLANK,
            say("To: {whom}", whom=whom(found.group, Audience(**found.audience))),
            reckoning(reckoned),
            template_check(call, LETTER) if PLATFORM in reckoned.channels else None,
            typed if count > SURE_ABOVE else None,
        ),
        tuple(row for row in rows if row),
    )


def _letter(call: Call, found: Broadcast) -> Lines:
    """As the author would get it; their link is nobody's, so it leads nowhere."""
    event = find_event(call.session, found.group_id)
    person = call.actor.person
    fields = fields_of(call.session, found, event, None, person, now=call.now)
    if event is not None and "link" in fields:
        fields["link"] = f"{found.links}…"
    return letter(found.text, group=found.group.name, author=person.name, fields=fields)


def _test(call: Call, code: str) -> Reply:
    found = get_broadcast(call.session, call.actor, code, now=call.now)
    return Reply(_letter(call, found))


def _send(call: Call, code: str, count: list[str]) -> Reply:
    said = int(count[0]) if count and count[0].isascii() and count[0].isdigit() else None
    draft = confirm_broadcast(call.session, call.actor, public_id=code, count=said, now=call.now)
    return Reply(
        lines(
            reckoning(draft.reckoning),
            say("It goes out in {seconds} seconds.", seconds=round(CALL_BACK.total_seconds())),
        ),
        (
            (
                Button(say("Call it back"), f"/broadcast cancel {code}"),
                Button(say("How far is it?"), f"/broadcast show {code}"),
            ),
        ),
        replaces=True,
    )


def _cancel(call: Call, code: str) -> Reply:
    _, stopped = cancel_broadcast(call.session, call.actor, public_id=code, now=call.now)
    text = (
        say_many(
            "Stopped: {count} message is not sent.",
            "Stopped: {count} messages are not sent.",
            stopped,
        )
        if stopped
        else say("Called back: nothing was sent.")
    )
    return Reply(text, replaces=True)


def _show(call: Call, found: Broadcast) -> Reply:
    code = found.public_id
    under_way = found.state in (
        BroadcastState.WAITING,
        BroadcastState.EXPANDING,
        BroadcastState.SENDING,
    )
    rows = [
        (
            Button(say("How far is it now?"), f"/broadcast show {code}"),
            Button(say("Call it back"), f"/broadcast cancel {code}"),
        )
        if under_way
        else (),
        (Button(say("Who got it"), f"/broadcast table {code}"),) if found.outbox_id else (),
        (Button(say("Try the others by another channel"), f"/broadcast retry {code}"),)
        if found.state is BroadcastState.DONE
        else (),
    ]
    text = outcome(found, outcome_of(call.session, found))
    return Reply(text, tuple(row for row in rows if row), replaces=True)


def _retry(call: Call, code: str) -> Reply:
    """A new one, to whom the old one did not reach, by the channels that were not tried."""
    old = get_broadcast(call.session, call.actor, code, now=call.now)
    draft = draft_broadcast(
        call.session,
        call.actor,
        group=old.group,
        text=old.text,
        audience=Audience(retry_of=old.id),
        channels=call.channels,
        links=old.links,
        now=call.now,
    )
    return _preview(call, draft)


COMMANDS = (
    Command(
        "broadcast",
        say("one text to many people"),
        broadcast,
        usage=USAGE,
        permission=Permission.BROADCAST,
        places=frozenset({Place.PRIVATE}),
        options=frozenset({"to", "side", "tree", "of"}),
        takes_list=True,
    ),
)

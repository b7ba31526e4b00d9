"""/requests and /answer: who asks to come into the group's rooms, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards.requests import decision_buttons, describe, outcome
from bot.command import Button, Call, Command, Place, Reply
from bot.commands.paging import cursor_of, turning_buttons
from bot.commands.target import target_group
from bot.texts import BLANK, Text, Verbatim, lines, say
from core.access import Permission
from core.chats.deciding import decide_request
from core.chats.questions import answer_question, question_requester
from core.chats.requests import (
    JoinRequest,
    RequestState,
    list_requests,
)
from core.errors import Invalid

DECISION = "/requests approve|decline|ask req_…"


def requests(call: Call) -> Reply:
    """Lists who waits, or decides about one of them."""
    words = call.arguments.words
    if not words:
        return _list(call)
    deed = DEEDS.get(words[0].casefold())
    if deed is None or len(words) != 2:
        raise Invalid("missing", usage=Verbatim(DECISION))
    return deed(call, words[1].casefold())


def answer(call: Call) -> Reply:
    """What the person says of themselves goes to the admins who decide."""
    text = call.arguments.text()
    if not text:
        raise Invalid("missing", usage=Verbatim("/answer I am …"))
    request = answer_question(call.session, call.actor, text=text, now=call.now)
    return Reply(
        say("Thank you. I pass it on to those who decide about {room}.", room=request.place)
    )


def _list(call: Call) -> Reply:
    group = target_group(call)
    page = list_requests(call.session, call.actor, group=group, cursor=cursor_of(call.arguments))
    if not page.rows:
        return Reply(
            say("Nobody is waiting to join {group}. /invite brings people in.", group=group.name),
            replaces=True,
        )
    title = say("<b>Asking to join {group}</b>", group=group.name)
    entries = [lines(BLANK, describe(request)) for request in page.rows]
    buttons = [row for request in page.rows for row in _buttons(request)]
    again = f"/requests group={group.id}"
    return Reply(lines(title, *entries), (*buttons, *turning_buttons(page, again)), replaces=True)


def _buttons(request: JoinRequest) -> tuple[tuple[Button, ...], ...]:
    """The first says whom it is about: in a list there are several of each."""
    ((approve, decline, ask),) = decision_buttons(request)
    named = Button(say("Approve {person}", person=request.person.name), approve.line)
    return ((named, decline, ask),)


def _approve(call: Call, code: str) -> Reply:
    return _decide(call, code, let_in=True)


def _decline(call: Call, code: str) -> Reply:
    return _decide(call, code, let_in=False)


def _decide(call: Call, code: str, *, let_in: bool) -> Reply:
    request, _ = decide_request(
        call.session, call.actor, public_id=code, let_in=let_in, now=call.now
    )
    return Reply(outcome(request), replaces=True)


def _ask(call: Call, code: str) -> Reply:
    request, _ = question_requester(call.session, call.actor, public_id=code, now=call.now)
    if request.state is not RequestState.OPEN:
        return Reply(outcome(request), replaces=True)
    return Reply(
        lines(describe(request), BLANK, _asked(request)), decision_buttons(request), replaces=True
    )


def _asked(request: JoinRequest) -> Text:
    return say("I asked {person} to say more. The answer comes to you.", person=request.person.name)


DEEDS: dict[str, Callable[[Call, str], Reply]] = {
    "approve": _approve,
    "decline": _decline,
    "ask": _ask,
}

COMMANDS = (
    Command(
        "requests",
        say("who asks to join"),
        requests,
        permission=Permission.ANSWER_REQUESTS,
    ),
    Command(
        "answer",
        say("say more about yourself when you asked to join"),
        answer,
        usage="text",
        places=frozenset({Place.PRIVATE}),
    ),
)

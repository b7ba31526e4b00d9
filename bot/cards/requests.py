"""A request to join as people see it: who asks, what can be done about it, what became of it."""

from __future__ import annotations

from bot.command import Button
from bot.texts import Prose, Text, Verbatim, lines, say
from bot.words import role_word
from core.chats.requests import JoinRequest, RequestState
from core.unlinked import unlinked


def describe(request: JoinRequest) -> Prose:
    """Who asks, for what, since when, and what they said of themselves."""
    return lines(
        say(
            "<b>{person}</b> asks to join {room}.",
            person=unlinked(request.person.name),
            room=request.place,
        ),
        _invite_line(request),
        say("Username: {username}", username=Verbatim(f"@{request.identity.username}"))
        if request.identity.username
        else None,
        say("Since: {time}", time=request.asked_at),
        say("They say: “{answer}”", answer=unlinked(request.answer)) if request.answer else None,
    )


def outcome(request: JoinRequest) -> Text:
    """What became of it, and by whom."""
    if request.state is RequestState.ELSEWHERE and request.chat is None:
        return say(
            "{person} has come into {room} by an invite meanwhile.",
            person=request.person.name,
            room=request.place,
        )
    names = {"person": request.person.name, "room": request.place}
    if request.decided_by is None:
        return _outcome_by_nobody(request, names)
    names["admin"] = request.decided_by.name
    match request.state:
        case RequestState.DECLINED:
            return say("{admin} declined {person}’s request to join {room}.", **names)
        case RequestState.ELSEWHERE:
            return say("{person} is in {room}: {admin} decided in the room itself.", **names)
        case _:
            return say("{admin} let {person} into {room}.", **names)


def _invite_line(request: JoinRequest) -> Text | None:
    """What they had in hand, which did not open, and what an approval makes of them."""
    if request.invite is None:
        return None
    if request.invite.asks:
        return say(
            "They come by the invite {invite}, from {inviter}, which asks you first. Approve makes"
            " them {role}.",
            invite=Verbatim(request.invite.public_id),
            inviter=request.invite.inviter.name,
            role=role_word(request.group.kind, request.role, request.invite.label),
        )
    return say(
        "Their invite {invite}, from {inviter}, did not open. Approve makes them {role}.",
        invite=Verbatim(request.invite.public_id),
        inviter=request.invite.inviter.name,
        role=role_word(request.group.kind, request.role),
    )


def decision_buttons(request: JoinRequest) -> tuple[tuple[Button, ...], ...]:
    """One row: the three things an admin can do about it."""
    code = request.public_id
    return (
        (
            Button(say("Approve"), f"/requests approve {code}"),
            Button(say("Decline"), f"/requests decline {code}"),
            Button(say("Ask"), f"/requests ask {code}"),
        ),
    )


def _outcome_by_nobody(request: JoinRequest, names: dict[str, str]) -> Text:
    match request.state:
        case RequestState.DECLINED:
            return say("{person} was turned away from {room}.", **names)
        case RequestState.APPROVED:
            return say("{person} was let into {room}.", **names)
        case _:
            return say("{person}’s request to join {room} was decided in the room.", **names)

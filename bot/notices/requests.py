"""Requests to join: the card that admins decide on, what becomes of it, and the question back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.cards.requests import decision_buttons, describe, outcome
from bot.notices.notice import Admission, Notice
from bot.texts import BLANK, Text, lines, say
from core.chats.requests import JoinRequest, RequestState, find_request
from core.facts import Fact, RequestAnswered, RequestFact, RequestQuestioned, RequestWaits
from core.people import Person


def request_card(session: Session, fact: Fact) -> Notice | None:
    """An admin is asked to decide, unless somebody has by now."""
    request = _request(session, fact)
    if request is None or request.state is not RequestState.OPEN:
        return None
    return Notice(lines(_occasion(fact), describe(request)), decision_buttons(request))


def request_settled(session: Session, fact: Fact) -> Notice | None:
    """The cards that were shown say who decided."""
    request = _request(session, fact)
    if request is None:
        return None
    return Notice(outcome(request), outdates=request.public_id)


def request_question(session: Session, fact: Fact) -> Notice | None:
    """Who asked to come in is asked to say more, and told how."""
    assert isinstance(fact, RequestQuestioned)
    request = _request(session, fact)
    if request is None or request.state is not RequestState.OPEN:
        return None
    admin = session.get_one(Person, fact.by_id)
    return Notice(
        lines(
            say(
                "You asked to join <b>{room}</b>. {admin} would like to know more about you first.",
                room=request.place,
                admin=admin.name,
            ),
            BLANK,
            say("Answer like this: <code>/answer I am Bob’s father</code>"),
        )
    )


def admission(session: Session, fact: Fact) -> Admission | None:
    """The platform opens the door, or says no."""
    request = _request(session, fact)
    if request is None:
        return None
    return Admission(request.identity.address, let_in=request.state is RequestState.APPROVED)


def request_outcome(session: Session, fact: Fact) -> Notice | None:
    """Who asked without a room hears what the admins decided."""
    request = _request(session, fact)
    if request is None or request.state not in (RequestState.APPROVED, RequestState.DECLINED):
        return None
    names = {"group": request.group.name}
    if request.state is RequestState.DECLINED:
        return Notice(say("The admins of {group} did not let you in this time.", **names))
    return Notice(
        lines(
            say("You are in <b>{group}</b>. Welcome!", **names),
            say("See who else is there: /members"),
        )
    )


def _occasion(fact: Fact) -> Text | None:
    match fact:
        case RequestWaits():
            return say("Nobody has decided for a day:")
        case RequestAnswered():
            return say("There is an answer to your question:")
        case _:
            return None


def _request(session: Session, fact: Fact) -> JoinRequest | None:
    assert isinstance(fact, RequestFact)
    return find_request(session, fact.request)

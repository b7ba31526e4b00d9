"""What somebody hears who asked to come in: that they wait, or how it was answered before."""

from __future__ import annotations

from bot.command import Reply
from bot.texts import Text, say
from core.chats.requests import JoinRequest, RequestState


def asked(request: JoinRequest) -> Reply:
    """How their request stands."""
    if request.state is not RequestState.OPEN:
        return Reply(_answered(request), replaces=True)
    return Reply(
        say(
            "I have asked the admins of <b>{group}</b>. The answer comes to you here.",
            group=request.group.name,
        ),
        replaces=True,
    )


def _answered(request: JoinRequest) -> Text:
    if request.state is RequestState.APPROVED:
        return say(
            "The admins of {group} let you in before. If you want to come back, ask one of them.",
            group=request.group.name,
        )
    return say(
        "The admins of {group} have answered already. You can ask again tomorrow.",
        group=request.group.name,
    )

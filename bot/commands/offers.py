"""What /invite is told to offer, and to whom, read from its arguments."""

from __future__ import annotations

from bot.command import Call
from bot.texts import Verbatim
from core.access import Role
from core.contacts.lines import split_people
from core.errors import CoreError, Invalid
from core.groups import Group
from core.groups.labels import read_role
from core.invites import DEFAULT_TTL, UNLIMITED, Offer
from core.invites.whom import Whom, read_whom


def read_offer(call: Call, group: Group) -> Offer:
    """Raises Invalid for what can't be read."""
    arguments = call.arguments
    word = arguments.option("role")
    role, label = read_role(group.kind, word) if word else (Role.MEMBER, None)
    uses = UNLIMITED if arguments.option("uses") == "unlimited" else arguments.number("uses", 1)
    assert uses is not None
    return Offer(
        role=role,
        label=label,
        ttl=arguments.span("ttl", default=DEFAULT_TTL),
        max_uses=uses,
        note=arguments.option("note"),
        title=arguments.option("label"),
        asks=_asks(arguments.option("ask")),
    )


def _asks(word: str | None) -> bool:
    if (word or "no").casefold() not in ("yes", "no"):
        raise Invalid("not_yes_or_no", option=Verbatim("ask"))
    return word is not None and word.casefold() == "yes"


def read_people(call: Call) -> list[Whom | tuple[str, CoreError]]:
    """Whom the invite is for: named in the line, chosen, or whose message it answers.

    What can't be read stands there with the reason. Raises Invalid for too many.
    """
    person_id = call.arguments.number("person")
    if person_id is not None:
        return [Whom("", person_id=person_id)]
    if picked := call.incoming.picked:
        return [Whom(one.name, about=one) for one in picked]
    named = split_people(call.arguments.words)
    about = call.incoming.about
    if not named and about is not None:
        return [Whom(about.name, about=about)]
    return [_read(call, text) for text in named]


def _read(call: Call, text: str) -> Whom | tuple[str, CoreError]:
    try:
        return read_whom(text, platform=call.incoming.room.platform, region=call.region)
    except CoreError as refusal:
        return text, refusal

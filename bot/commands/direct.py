"""/invite with people: each gets the invite or a link of their own, with a line that says so."""

from __future__ import annotations

from collections.abc import Iterable

from bot.command import Button, Call, Picture, Reply
from bot.commands.target import BUTTON_BYTES
from bot.qr import qr_png
from bot.refusals import refuse
from bot.texts import BLANK, Prose, Text, Verbatim, lines, say
from bot.words import role_word
from core.database import attempt
from core.errors import CoreError
from core.groups import Group
from core.invites import Offer
from core.invites.direct import Outcome, Result, invite_person
from core.invites.whom import EMAIL, PHONE, Whom

Named = Whom | tuple[str, CoreError]
Row = tuple[Button, ...]


def invite_people(call: Call, group: Group, named: Iterable[Named], offer: Offer) -> Reply:
    """A line for each; who can't be invited stands in nobody's way."""
    results = [_invite(call, group, one, offer) for one in named]
    if len(results) == 1 and isinstance(results[0], tuple):
        raise results[0][1]
    told = [_line(call, group, one) for one in results]
    buttons = [row for one in results for row in _buttons(call, group, offer, one)]
    title = say("<b>Invites to {group}</b>", group=group.name)
    text = lines(title, *told, BLANK, say("See how they stand: /invites"))
    return Reply(text, tuple(buttons), _picture(call, group, results))


def _invite(call: Call, group: Group, named: Named, offer: Offer) -> Result | tuple[str, CoreError]:
    if isinstance(named, tuple):
        return named
    try:
        return attempt(
            call.session,
            lambda: invite_person(
                call.session, call.actor, group=group, whom=named, offer=offer, now=call.now
            ),
        )
    except CoreError as refusal:
        return named.said, refusal


def _line(call: Call, group: Group, result: Result | tuple[str, CoreError]) -> Prose:
    if isinstance(result, tuple):
        said, refusal = result
        return say("• {who}: {reason}", who=said, reason=refuse(refusal).text)
    name = result.name
    match result.outcome:
        case Outcome.SENT:
            return say("• {person} has the invite, with Accept and Decline.", person=name)
        case Outcome.MAILED | Outcome.TEXTED | Outcome.HANDED:
            return _handed(call, result)
        case Outcome.INVITED:
            assert result.invite is not None
            return _invited(group, result)
        case Outcome.MEMBER:
            return say("• {person} is a member already. /role changes what they are.", person=name)
        case Outcome.BANNED:
            return say("• {person} is banned. An owner lifts that first.", person=name)
        case Outcome.UNSURE:
            return say("• {person}: whom do you mean?", person=result.whom.said)


def _handed(call: Call, result: Result) -> Prose:
    if result.outcome is Outcome.MAILED:
        return say("• {person} gets an e-mail with a link of their own.", person=result.name)
    if result.outcome is Outcome.TEXTED:
        return say(
            "• {person} gets a WhatsApp message with Accept and Decline.", person=result.name
        )
    assert result.token is not None
    link = Verbatim(call.outside.invite_link(result.token))
    return lines(_why_handed(result), say("{link}", link=link))


def _why_handed(result: Result) -> Text:
    if result.person is not None:
        return say(
            "• {person} has not started a chat with me yet. Hand them this link, which opens for"
            " them alone:",
            person=result.person.name,
        )
    who = result.whom.said
    match (result.whom.claim or "").partition(":")[0]:
        case kind if kind == PHONE:
            return say(
                "• {who}: hand them this link. It opens for whoever shows me that this is their"
                " number:",
                who=who,
            )
        case kind if kind == EMAIL:
            return say("• {who}: hand them this link. I ask you whether it was them:", who=who)
        case _:
            return say(
                "• I can’t write to {who} myself. Hand them this link, which opens for them alone:",
                who=who,
            )


def _invited(group: Group, result: Result) -> Text:
    invite = result.invite
    assert invite is not None
    role = role_word(group.kind, invite.role, invite.label)
    if invite.expires_at is None:
        return say("• {person} is invited already, as {role}.", person=result.name, role=role)
    return say(
        "• {person} is invited already, as {role}, until {time}.",
        person=result.name,
        role=role,
        time=invite.expires_at,
    )


def _buttons(
    call: Call, group: Group, offer: Offer, result: Result | tuple[str, CoreError]
) -> list[Row]:
    if isinstance(result, tuple):
        return []
    role = call.arguments.option("role")
    match result.outcome:
        case Outcome.UNSURE:
            again = f"/invite role={role}" if role else "/invite"
            rows = [
                _choice(one.name, f"{again} person={one.id}", group) for one in result.candidates
            ]
        case Outcome.MAILED | Outcome.TEXTED if result.invite is not None:
            label = say("Link for {person}", person=result.name)
            rows = [(Button(label, f"/qr {result.invite.public_id}"),)]
        case Outcome.INVITED if result.invite is not None:
            label = say("Resend to {person}", person=result.name)
            rows = [(Button(label, f"/resend {result.invite.public_id}"),)]
        case Outcome.MEMBER if result.person is not None and role:
            told = role_word(group.kind, offer.role, offer.label)
            label = say("Make {person} {role}", person=result.person.name, role=told)
            line = f"/role {role} person={result.person.id} group={group.id}"
            rows = [(Button(label, line),)]
        case _:
            rows = []
    return [row for row in rows if len(row[0].line.encode()) <= BUTTON_BYTES]


def _choice(name: str, line: str, group: Group) -> Row:
    return (Button(say("{person}", person=name), f"{line} group={group.id}"),)


def _picture(
    call: Call, group: Group, results: list[Result | tuple[str, CoreError]]
) -> Picture | None:
    """The one link as a picture; several would be a pile that nobody can tell apart."""
    match results:
        case [Result(token=str(token)) as only]:
            caption = say("Scan to join {group}: {who} alone", group=group.name, who=only.name)
            return Picture(qr_png(call.outside.invite_link(token)), caption)
        case _:
            return None

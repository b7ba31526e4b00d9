"""Putting out those who came by an invite: asked first, and undone with one tap."""

from __future__ import annotations

from bot.command import Button, Call, Reply
from bot.commands.confirming import OPTION, seal
from bot.refusals import refuse
from bot.texts import BLANK, Prose, Verbatim, lines, say, say_many
from core.access import Member
from core.errors import CoreError
from core.invites import Invite, InviteState
from core.invites.newcomers import MOST, find_newcomers
from core.invites.revoking import revoke_invite
from core.invites.turning_out import Outcome, remove_newcomers, restore_newcomers
from core.members.undo import UNDO_WINDOW

OUT = "out"
ASK, BACK = "yes", "undo"
SHOWN = 20


def removal_row(invite: Invite) -> tuple[tuple[Button, ...], ...]:
    """The question, where anybody came by the invite."""
    if not invite.uses:
        return ()
    line = f"/revoke {invite.public_id} {OUT}={ASK}"
    return ((Button(say("Remove who came by it"), line),),)


def remove_newcomers_of(call: Call, public_id: str) -> Reply:
    """Names them and asks; then revokes the invite and removes those who were named."""
    if call.arguments.option(OUT) == BACK:
        return _restore(call, public_id)
    invite, members, count = find_newcomers(call.session, call.actor, public_id=public_id)
    if not members:
        nobody = say("Nobody who came by {invite} is still in.", invite=Verbatim(public_id))
        return Reply(nobody, replaces=True)
    sealed = seal(OUT, invite.id, [member.id for member in members])
    if call.arguments.option(OPTION) != sealed:
        return _question(invite, members, count, sealed)
    return _remove(call, invite)


def _question(invite: Invite, members: list[Member], count: int, sealed: str) -> Reply:
    code = Verbatim(invite.public_id)
    question = say_many(
        "Remove {count} person who came by {invite} from <b>{group}</b>?",
        "Remove {count} people who came by {invite} from <b>{group}</b>?",
        len(members),
        invite=code,
        group=invite.group.name,
    )
    more = len(members) - SHOWN
    revoked = invite.state is InviteState.REVOKED
    line = f"/revoke {invite.public_id} {OUT}={ASK} {OPTION}={sealed}"
    return Reply(
        lines(
            question,
            *(say("• {name}", name=member.person.name) for member in members[:SHOWN]),
            say("… and {count} more", count=more) if more > 0 else None,
            say("There are {count} in all: these are the first.", count=count)
            if count > MOST
            else None,
            BLANK,
            None if revoked else say("The invite is revoked with it."),
        ),
        ((Button(say("Remove them"), line),),),
        replaces=True,
    )


def _remove(call: Call, invite: Invite) -> Reply:
    public_id = invite.public_id
    revoke_invite(call.session, call.actor, public_id=public_id, now=call.now)
    _, outcome = remove_newcomers(call.session, call.actor, public_id=public_id, now=call.now)
    told = say_many(
        "{count} person is no longer in <b>{group}</b>, and the invite is revoked.",
        "{count} people are no longer in <b>{group}</b>, and the invite is revoked.",
        len(outcome.done),
        group=invite.group.name,
    )
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    undo = Button(say("Undo ({minutes} min)", minutes=minutes), f"/revoke {public_id} {OUT}={BACK}")
    return Reply(lines(told, *_left(outcome)), ((undo,),) if outcome.done else (), replaces=True)


def _restore(call: Call, public_id: str) -> Reply:
    invite, outcome = restore_newcomers(call.session, call.actor, public_id=public_id, now=call.now)
    if not outcome.done and not outcome.refused:
        return Reply(say("There is nothing left to undo here. /members shows how it stands."))
    told = say_many(
        "{count} person is in <b>{group}</b> again. The invite stays revoked.",
        "{count} people are in <b>{group}</b> again. The invite stays revoked.",
        len(outcome.done),
        group=invite.group.name,
    )
    return Reply(lines(told, *_left(outcome)), replaces=True)


def _left(outcome: Outcome) -> list[Prose]:
    return [_reason(name, refusal) for name, refusal in outcome.refused[:SHOWN]]


def _reason(name: str, refusal: CoreError) -> Prose:
    return say("{name}: {reason}", name=name, reason=refuse(refusal).text)

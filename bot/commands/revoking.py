"""/revoke: taking one invite back or all of them, and with it those who came by it."""

from __future__ import annotations

from bot.command import Call, Command, Reply
from bot.commands.invite_lists import LIST, show_list
from bot.commands.newcomers import OUT, removal_row, remove_newcomers_of
from bot.commands.revoking_all import ALL, revoke_all_of
from bot.texts import Verbatim, lines, say, say_many
from core.access import Permission
from core.errors import Invalid
from core.invites import Invite
from core.invites.revoking import revoke_invite


def revoke(call: Call) -> Reply:
    """At once, with all its links. Those who joined by it stay, unless one asks for more."""
    public_id = call.arguments.text()
    if not public_id:
        raise Invalid("which_invite", usage=Verbatim("/revoke inv_…"))
    if public_id.casefold() == ALL:
        return revoke_all_of(call)
    if call.arguments.option(OUT) is not None:
        return remove_newcomers_of(call, public_id)
    revoked, changed = revoke_invite(call.session, call.actor, public_id=public_id, now=call.now)
    listed = call.arguments.option(LIST)
    if listed is not None and not revoked.uses:
        return show_list(call, revoked.group, listed)
    return _revoked(revoked, changed=changed)


def _revoked(invite: Invite, *, changed: bool) -> Reply:
    code = Verbatim(invite.public_id)
    if not changed:
        told = say("{invite} was revoked before. Nobody can use it.", invite=code)
        return Reply(told, removal_row(invite))
    told = say(
        "{invite} is revoked: its link opens nothing any more. /invite makes another.", invite=code
    )
    if not invite.uses:
        return Reply(told)
    came = say_many(
        "{count} person who came by it stays.", "{count} people who came by it stay.", invite.uses
    )
    return Reply(lines(told, came), removal_row(invite))


COMMANDS = (
    Command(
        "revoke",
        say("take an invite back, or all"),
        revoke,
        usage="inv_…/all",
        permission=Permission.REVOKE_INVITE,
        options=frozenset({OUT}),
    ),
)

"""What somebody is told whom an invite does not let in, and the way on from there."""

from __future__ import annotations

from collections.abc import Mapping

from bot.command import Button
from bot.texts import Text, say
from core.errors import CoreError
from core.invites import InviteStatus

AT_THE_DOOR: Mapping[str, Text] = {
    "no_such_invite": say("There is no invite {invite} among yours. /invites shows them."),
    "invite_unknown": say(
        "This invite does not open anything. Ask whoever sent it for a new link."
    ),
    "invite_expired": say("This invite to {group} has expired. Ask {inviter} for a new one."),
    "invite_revoked": say("This invite to {group} was withdrawn. Ask {inviter} for a new one."),
    "invite_used_up": say(
        "This invite to {group} has been used as often as it may be. Ask {inviter} for a new one."
    ),
    "invite_accepted": say("This invite to {group} was used before. Ask {inviter} for a new one."),
    "invite_declined": say("You declined this invite to {group}. Ask {inviter} for a new one."),
    "invite_void": say(
        "This invite to {group} no longer counts, as {inviter} no longer runs the group. Ask an"
        " admin there for a new one."
    ),
    "invite_role_void": say(
        "This invite to {group} no longer counts, as {inviter} may no longer give its role. Ask an"
        " admin there for a new one."
    ),
    "invite_outdated": say(
        "You were removed from {group} after {inviter} made this invite, so it no longer counts."
        " Ask for a new one."
    ),
    "invite_for_somebody_else": say(
        "This invite is for somebody else. Ask {inviter} for one of your own."
    ),
    "invite_archived": say(
        "{group} is archived, so nobody can join it now. Ask {inviter} whether it comes back."
    ),
    "banned": say(
        "You can't join {group}, with {inviter}'s invite or any other. If that is a mistake, speak"
        " to one of its admins."
    ),
    "ask_member": say("You are a member of {group} already. /members shows who else is."),
    "ask_needless": say("This invite still works. Use it: <code>/accept {invite}</code>"),
    "not_declined": say("You have not declined that. Type <code>/decline</code> and its code."),
    "adopt_over": say("{invite} is over, so nobody can adopt it. /invite makes a new one."),
    "adopt_needless": say(
        "{invite} works as it is: whoever gave it may still do so. /invites shows them all."
    ),
}

# Refusals at the door, from which an admin can help.
ASKABLE = frozenset(
    {
        "banned",
        "invite_for_somebody_else",
        "invite_archived",
        "invite_outdated",
        "invite_role_void",
        "invite_void",
        *(f"invite_{status}" for status in InviteStatus if status is not InviteStatus.PENDING),
    }
)


def ways_on(error: CoreError) -> tuple[tuple[Button, ...], ...]:
    """Whose invite did not open can ask for another with a tap."""
    invite = error.fields.get("invite")
    if error.code not in ASKABLE or not isinstance(invite, str):
        return ()
    return ((Button(say("Ask for a new invite"), f"/ask {invite}"),),)

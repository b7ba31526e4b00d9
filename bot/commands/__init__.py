"""Every command, in the order in which /help tells of them; a new one is added only here."""

from bot.command import Command
from bot.commands import (
    answers,
    closing,
    drain,
    drift,
    finding,
    groups,
    invites,
    leaving,
    members,
    outbox,
    removals,
    requests,
    roles,
    rooms,
    start,
    transfers,
    tree,
    undoing,
)

COMMANDS: tuple[Command, ...] = (
    *start.COMMANDS,
    *groups.COMMANDS,
    *tree.COMMANDS,
    *closing.COMMANDS,
    *rooms.COMMANDS,
    *members.COMMANDS,
    *finding.COMMANDS,
    *leaving.COMMANDS,
    *roles.COMMANDS,
    *removals.COMMANDS,
    *undoing.COMMANDS,
    *transfers.COMMANDS,
    *invites.COMMANDS,
    *answers.COMMANDS,
    *requests.COMMANDS,
    *drift.COMMANDS,
    *outbox.COMMANDS,
    *drain.COMMANDS,
)

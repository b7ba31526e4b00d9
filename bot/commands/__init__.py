"""Every command, in the order in which /help tells of them; a new one is added only here."""

from bot.command import Command
from bot.commands import answers, groups, invites, members, rooms, start

COMMANDS: tuple[Command, ...] = (
    *start.COMMANDS,
    *groups.COMMANDS,
    *rooms.COMMANDS,
    *members.COMMANDS,
    *invites.COMMANDS,
    *answers.COMMANDS,
)

"""Every call of GroupMe's API that is emulated, as data."""

from bot.sandbox.groupme.calls import bots, direct, groups, members, messages
from bot.sandbox.groupme.calls.call import Route

ROUTES: tuple[Route, ...] = (
    *groups.ROUTES,
    *members.ROUTES,
    *messages.ROUTES,
    *bots.ROUTES,
    *direct.ROUTES,
)

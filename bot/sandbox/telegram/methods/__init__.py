"""The emulated methods, by their names in lower case, and how they are written."""

from bot.sandbox.telegram.methods import (
    callbacks,
    chats,
    editing,
    files,
    inline,
    invite_links,
    join_requests,
    members,
    menus,
    receiving,
    sending,
)
from bot.sandbox.telegram.methods.call import Method

FAMILIES = (
    receiving,
    sending,
    editing,
    callbacks,
    inline,
    chats,
    members,
    invite_links,
    join_requests,
    menus,
    files,
)
METHODS: dict[str, Method] = {}
CALLED: dict[str, str] = {}
for family in FAMILIES:
    METHODS |= {name.lower(): method for name, method in family.METHODS.items()}
    CALLED |= {name.lower(): name for name in family.METHODS}

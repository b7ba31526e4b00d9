"""The menu of commands: in each scope what works there."""

from __future__ import annotations

from bot.command import Place
from bot.commands import COMMANDS
from bot.platforms.telegram.menu import set_menus
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox
from bot.sandbox.telegram.view import commands_of
from bot.telegram_api import TelegramBot
from tests.bot.platforms.telegram.phones import BOB, DANA, ROOM

ALONE = {
    "email",
    "answer",
    "link",
    "unlink",
    "mydata",
    "forgetme",
    "phone",
    "bulkinvite",
    "blocked",
}
ALONE |= {"guest", "import", "export", "duplicates", "broadcast", "write"}
ALONE |= {"apikey", "contracts", "importroster", "stop", "resume"}
ALONE |= {"signin"}


def _menu(sandbox: Sandbox, who: int, chat: int) -> set[str]:
    [shown] = commands_of(sandbox.telegram, who, chat).values()
    return {entry["command"] for entry in shown}


async def test_each_scope_shows_what_works_there(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.add_member(ROOM, BOB)
    await set_menus(bot, COMMANDS)
    open_ = [one for one in COMMANDS if not one.for_system_admins]
    everything = {one.name for one in open_ if Place.ELSEWHERE not in one.places}
    assert _menu(sandbox, DANA, DANA) == everything - {"bind", "unbind"}
    assert _menu(sandbox, DANA, ROOM) == everything - ALONE
    assert _menu(sandbox, BOB, ROOM) == everything - ALONE - {
        "bind",
        "unbind",
        "invite",
        "invites",
        "invitestats",
        "resend",
        "qr",
        "revoke",
        "rename",
        "move",
        "archive",
        "restore",
        "deletegroup",
        "find",
        "role",
        "remove",
        "undo",
        "transfer",
        "requests",
        "drift",
        "groupme",
        "whatsapp",
        "log",
        "outbox",
        "drain",
        "adopt",
        "vouch",
        "limits",
        "brand",
        "mails",
        "mailroster",
        "webhook",
        "remind",
        "roster",
        "addplayer",
        "assign",
        "guardian",
        "terms",
        "sendcontract",
        "sign",
        "addguest",
    }


async def test_a_menu_that_is_refused_stops_nothing(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("setMyCommands", times=2, status=500))
    await set_menus(bot, COMMANDS)
    assert _menu(sandbox, DANA, ROOM)
    assert not _menu(sandbox, DANA, DANA)

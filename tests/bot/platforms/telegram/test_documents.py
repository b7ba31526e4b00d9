"""A reply with a file: sent after its text, by name, with its caption."""

from __future__ import annotations

from bot.command import Document, Reply
from bot.dispatch import Answer
from bot.platforms.telegram.outgoing import answer_message
from bot.sandbox.server import Sandbox
from bot.telegram_api import TelegramBot
from bot.texts import Reader, say
from tests.bot.platforms.telegram.phones import DANA, next_message, texts

FILE = Document("usher-mydata.json", b'{"name": "Dana"}', say("Your data"))
ANSWER = Answer(Reply(say("Which group?"), document=FILE), Reader("en", "UTC"))


async def test_a_document_follows_the_text(bot: TelegramBot, sandbox: Sandbox) -> None:
    sandbox.telegram.say(DANA, DANA, "/start")
    await answer_message(bot, await next_message(bot), ANSWER)
    assert texts(sandbox, DANA) == ["Which group?", "Your data"]
    stored = sandbox.telegram.files.get(sandbox.telegram.messages(DANA)[-1].document_id)
    assert stored is not None
    assert (stored.name, stored.data) == (FILE.filename, FILE.content)

"""Bots: each posts into one group and is called back for what is said there."""

from __future__ import annotations

from bot.sandbox.groupme import wire
from bot.sandbox.groupme.calls.call import Call, Done, Route, text_of
from bot.sandbox.groupme.errors import not_found
from bot.sandbox.groupme.things import Bot
from bot.sandbox.groupme.world import check_text

LONGEST_NAME = 50


def index(call: Call) -> Done:
    return Done([wire.bot(one) for one in call.world.bots.values()])


def create(call: Call) -> Done:
    wanted = call.part("bot")
    name = text_of(wanted, "name", LONGEST_NAME)
    group = call.my_group(str(wanted.get("group_id", "")))
    bot = call.world.add_bot(group.id, str(wanted.get("callback_url") or ""), name)
    return Done({"bot": wire.bot(bot)}, 201)


def destroy(call: Call) -> Done:
    gone = call.world.bots.pop(_bot(call).bot_id)
    call.world.show(call.world.group(gone.group_id))
    return Done({})


def post(call: Call) -> Done:
    """Needs no token: who knows the bot's id may post. Answers without a body."""
    bot = _bot(call)
    attachments = call.body.get("attachments") or []
    picture = call.body.get("picture_url")
    if picture:
        attachments = [*attachments, {"type": "image", "url": picture}]
    text = check_text(call.body.get("text"), attachments)
    group = call.world.group(bot.group_id)
    call.world.say(
        group, bot.bot_id, text, sender_type="bot", name=bot.name, attachments=attachments
    )
    return Done(None, 202)


def _bot(call: Call) -> Bot:
    bot = call.world.bots.get(str(call.body.get("bot_id", "")))
    if bot is None:
        raise not_found()
    return bot


ROUTES = (
    Route("GET", "/bots", index),
    Route("POST", "/bots", create, changes=True),
    Route("POST", "/bots/destroy", destroy, changes=True),
    Route("POST", "/bots/post", post, changes=True),
)

"""A reply that is kept comes back as it was, except for links that open something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.command import Button, Document, Pick, Picture, Reply
from bot.packing import LOST_LINK, SAY_AGAIN, pack, unpack
from bot.texts import BLANK, LocalTime, Prose, Reader, Verbatim, lines, say, say_many
from core.tokens import new_token

READER = Reader("en", "Europe/Berlin")
MOMENT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        say("You are in"),
        say("{person} is in, until {time}", person="<b>Bob</b>", time=MOMENT),
        say("{span} left: {code}", span=timedelta(hours=72), code=Verbatim("/accept inv_abc")),
        say_many("{count} member", "{count} members", 3),
        say("When: {time}", time=LocalTime(MOMENT, "Asia/Jerusalem")),
        lines(say("One"), BLANK, lines(say("{more}", more=say("Two")))),
        say("{list}", list=lines(say("a"), say("b"))),
    ],
)
def test_every_kind_of_text_comes_back_as_it_was(text: Prose) -> None:
    reply, reader = unpack(pack(Reply(text), READER))
    assert (reader, reader.html(reply.text)) == (READER, READER.html(text))


def test_buttons_and_manners_come_back() -> None:
    button = Button(say("Undo {what}", what="it"), "/undo mc_abc")
    pick = Pick(say("Choose them"), "/invite", most=10)
    reply = Reply(
        say("Done"), ((button, button), (button,)), replaces=True, refused=True, pick=pick
    )
    assert unpack(pack(reply, READER)) == (reply, READER)


def test_what_is_secret_is_not_kept() -> None:
    mine = Document("my.json", b"mine", say("Your data"))
    for reply in (
        Reply(say("Here"), document=mine, secret=True),
        Reply(say("{code}", code=Verbatim("abcd-efgh-jkmn")), secret=True),
    ):
        packed = pack(reply, READER)
        assert ("abcd" in str(packed), "mine" in str(packed)) == (False, False)
        assert unpack(packed)[0].text == SAY_AGAIN


def test_the_link_of_an_invite_is_not_kept() -> None:
    link = Verbatim(f"https://t.me/usher_bot?start=j_{new_token()}")
    for reply in (
        Reply(say("{link}", link=link)),
        Reply(say("Here"), picture=Picture(b"png", say("{link}", link=link))),
    ):
        packed = pack(reply, READER)
        assert link.text not in str(packed)
        assert unpack(packed)[0].text == LOST_LINK

"""/invitestats: the numbers in words and as a picture."""

from __future__ import annotations

from bot.charts import Chart, draw
from core.stays import count_stays
from tests.bot.commands.talk import Talk


async def test_nothing_yet_is_told_in_numbers_too(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invitestats")
    assert "sent 0, seen 0, accepted 0, declined 0, expired 0" in heard.text
    assert "After 7 days: nobody is in for so long yet" in heard.text
    assert "By inviter" not in heard.text


async def test_it_tells_of_all_of_each_inviter_and_of_each_invite(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=2)
    await talk.cast.open(talk.cast.charlie, made.token)
    await talk.cast.accept(talk.cast.charlie, made.token)
    talk.cast.clock.advance(days=8)
    await talk.cast.write(lambda s: count_stays(s, now=talk.cast.now))
    heard = await talk.say(talk.cast.alice, "/invitestats")
    assert "sent 1, seen 1, accepted 1, declined 0, expired 0\n" in heard.text
    assert "After 7 days: 1 of 1 are still there" in heard.text
    assert "Alice: sent 1, seen 1, accepted 1" in heard.text
    assert f"{made.public_id}: seen 1, accepted 1, declined 0" in heard.text


async def test_the_picture_is_a_funnel_and_comes_with_the_first_page_only(talk: Talk) -> None:
    for _ in range(11):
        await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, "/invitestats")
    chart = heard.answer.reply.picture
    assert isinstance(chart, Chart)
    assert [bar.value for bar in chart.bars] == [11, 0, 0, 0, 0]
    assert draw(chart, heard.answer.reader).startswith(b"\x89PNG")
    second = await talk.tap(talk.cast.alice, heard.lines[-1])
    assert second.text.count("inv_") == 1
    assert second.answer.reply.picture is None


async def test_it_shows_no_token(talk: Talk) -> None:
    made = await talk.cast.invite()
    assert made.token not in (await talk.say(talk.cast.alice, "/invitestats")).html

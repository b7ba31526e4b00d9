"""Events on GroupMe, where nothing that was said can be drawn anew."""

from __future__ import annotations

from tests.bot.platforms.groupme.rig import GroupMeRig


async def test_each_answer_in_the_room_says_how_many_come_by_now(rig: GroupMeRig) -> None:
    await rig.say(rig.dana, "/newgroup Lions")
    await rig.say(rig.dana, "/bind", in_room=True)
    await rig.say(rig.dana, '/event Cup at="sat 19:00"', in_room=True)
    await rig.say(rig.dana, "/rsvp yes", in_room=True)
    assert rig.heard(rig.dana, in_room=True)[-1].splitlines()[1] == (
        "So far: 1 yes, 0 maybe, 0 no."
    )
    await rig.say(rig.dana, "/rsvp no", in_room=True)
    assert "0 yes, 0 maybe, 1 no" in rig.heard(rig.dana, in_room=True)[-1]

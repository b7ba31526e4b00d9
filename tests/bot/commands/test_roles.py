"""/members, /role, /remove, /undo, /transfer and /find as people say them."""

from __future__ import annotations

import pytest

from bot.texts import Reader
from bot.words import role_word
from core.access import Member, MemberState, Role
from core.facts import MemberChanged, MemberExpelled, TransferOffered
from core.groups import Kind
from core.outbox import OutboxEvent
from core.people import mark_reachable, mark_unreachable
from tests.bot.speaking import ROOM, Speaking
from tests.cast import BOB, CHARLIE, Cast, Somebody


@pytest.fixture
def speaking(sqlite_cast: Cast) -> Speaking:
    return Speaking(sqlite_cast)


@pytest.fixture
def cast(sqlite_cast: Cast) -> Cast:
    return sqlite_cast


async def facts(cast: Cast) -> list[str]:
    return [event.event_type for event in await cast.rows(OutboxEvent)]


async def state(cast: Cast, who: Somebody) -> MemberState:
    return next(row.state for row in await cast.rows(Member) if row.person_id == who.id)


async def test_members_are_shown_with_the_group_s_own_words_and_reach(
    cast: Cast, speaking: Speaking
) -> None:
    await speaking.say(cast.alice, "/role bob coach")
    await cast.somebody("Dana", role=Role.MEMBER)
    await cast.write(
        lambda s: mark_unreachable(s, platform="telegram", address="1002", reason="blocked")
    )
    said = await speaking.say(cast.alice, "/members")
    assert said.text.splitlines() == [
        "Tigers – 3 members",
        "• Alice – owner ✓",
        "• Bob – coach ✗",
        "• Dana – member ○",
        "",
        "✓ I can write to them",
        "○ they have not pressed Start, so I can't",
        "✗ they have blocked me or are gone",
    ]


async def test_a_long_filter_keeps_buttons_within_what_telegram_takes(
    cast: Cast, speaking: Speaking
) -> None:
    name = "Maximiliana Alexandrovna von und zu Hohenstein"
    for number in range(11):
        await cast.somebody(f"{name} {number}", role=Role.MEMBER)
    said = await speaking.say(cast.alice, f"/members {name}")
    assert said.buttons == []
    assert "More people match." in said.text


@pytest.mark.parametrize("who", ["@bob", "bob", "Bob", "person={bob}"])
async def test_a_role_is_given_in_the_group_s_own_words(
    cast: Cast, speaking: Speaking, who: str
) -> None:
    said = await speaking.say(cast.alice, f"/role {who.format(bob=cast.bob.id)} manager")
    assert said.text == "Bob is now manager in Tigers."
    assert await cast.role_of(cast.bob) is Role.EDITOR
    assert await facts(cast) == [MemberChanged.event_type]


@pytest.mark.parametrize("word", ["coach", "admin"])
async def test_the_answered_message_says_who_is_meant_and_the_word_is_kept(
    cast: Cast, speaking: Speaking, word: str
) -> None:
    await cast.bind(ROOM.address)
    said = await speaking.say(cast.alice, f"/role {word}", room=ROOM, about=BOB)
    assert said.text == f"Bob is now {word} in Tigers."
    assert f"• Tigers – {word}" in (await speaking.say(cast.bob, "/groups")).text
    assert await cast.role_of(cast.bob) is Role.ADMIN


async def test_a_parent_is_shown_as_a_parent(cast: Cast, speaking: Speaking) -> None:
    await speaking.say(cast.alice, "/role bob parent")
    assert "• Bob – parent" in (await speaking.say(cast.alice, "/members")).text
    assert await cast.role_of(cast.bob) is Role.MEMBER


async def test_an_invite_of_a_parent_makes_a_parent(cast: Cast, speaking: Speaking) -> None:
    said = await speaking.say(cast.alice, "/invite role=parent")
    assert "Role: parent" in said.text
    token = next(line for line in said.text.splitlines() if "j_" in line).split("j_", 1)[1]
    assert "as parent." in (await speaking.say(cast.charlie, f"/accept {token}")).text
    assert "• Charlie – parent" in (await speaking.say(cast.alice, "/members")).text


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        (
            "teacher",
            "I don't know the role teacher. Here there are: owner, admin (coach), ",
        ),
        ("system_admin", "System admins are named in Usher's settings"),
    ],
)
async def test_a_role_that_is_none_here_is_explained(
    cast: Cast, speaking: Speaking, word: str, answer: str
) -> None:
    said = await speaking.say(cast.alice, f"/role bob {word}")
    assert said.refused
    assert said.text.startswith(answer)


async def test_several_of_a_name_are_asked_about_by_buttons(cast: Cast, speaking: Speaking) -> None:
    one = await cast.somebody("Kim Lee", role=Role.MEMBER)
    two = await cast.somebody("Kim Park", role=Role.MEMBER)
    said = await speaking.say(cast.alice, "/role kim coach")
    group = cast.tigers.id
    assert said.buttons == [f"/role coach person={who.id} group={group}" for who in (one, two)]
    await speaking.press(cast.alice, said.buttons[1])
    assert await cast.role_of(two) is Role.ADMIN
    assert await cast.role_of(one) is Role.MEMBER


@pytest.mark.attack(39)
@pytest.mark.attack(40)
async def test_a_forged_or_borrowed_button_gives_no_right(cast: Cast, speaking: Speaking) -> None:
    line = f"/role admin person={cast.bob.id} group={cast.tigers.id}"
    assert (await speaking.press(cast.bob, line)).refused
    assert (await speaking.press(cast.charlie, line)).refused
    outside = f"/role admin person={cast.charlie.id} group={cast.tigers.id}"
    assert (await speaking.press(cast.alice, outside)).text == (
        await speaking.press(cast.alice, outside.replace(f"={cast.charlie.id} ", "=999 "))
    ).text
    assert await cast.role_of(cast.bob) is Role.MEMBER


@pytest.mark.attack(17)
async def test_a_stranger_s_message_names_nobody(cast: Cast, speaking: Speaking) -> None:
    await cast.bind(ROOM.address)
    said = await speaking.say(cast.alice, "/remove", room=ROOM, about=CHARLIE)
    assert said.text == "I can't find them in Tigers. /members shows who is in."


async def test_a_removal_offers_the_room_and_the_way_back(cast: Cast, speaking: Speaking) -> None:
    await cast.bind(ROOM.address)
    said = await speaking.say(cast.alice, "/remove @bob")
    kick, ban, undo = said.buttons
    assert "Bob is no longer in Tigers." in said.text
    assert (await speaking.press(cast.alice, kick)).text.startswith("I put Bob out of the room")
    assert await facts(cast) == [MemberChanged.event_type, MemberExpelled.event_type]
    assert ban.endswith("room=ban")
    said = await speaking.press(cast.alice, undo)
    assert said.text == "Undone: Bob is member in Tigers again."
    assert await state(cast, cast.bob) is MemberState.ACTIVE
    assert (await speaking.press(cast.alice, kick)).refused


async def test_a_ban_and_its_end(cast: Cast, speaking: Speaking) -> None:
    assert (await speaking.say(cast.alice, "/remove bob ban")).text == "Bob is banned from Tigers."
    said = await speaking.say(cast.alice, "/remove bob unban")
    assert said.text.startswith("Bob is no longer banned from Tigers.")
    assert await state(cast, cast.bob) is MemberState.REMOVED


async def test_the_last_owner_is_told_how_to_go(cast: Cast, speaking: Speaking) -> None:
    for line in ("/leave", "/role alice admin"):
        said = await speaking.say(cast.alice, line)
        assert said.text == (
            "You are the last owner of Tigers. Hand it over first, with /transfer @name."
        )


async def test_the_group_changes_hands_by_the_receiver_s_tap(
    cast: Cast, speaking: Speaking
) -> None:
    await cast.bind(ROOM.address)
    said = await speaking.say(cast.alice, "/transfer bob", room=ROOM)
    take = said.buttons[0]
    assert (await speaking.press(cast.charlie, take, room=ROOM)).refused
    assert (await speaking.press(cast.alice, take, room=ROOM)).refused
    said = await speaking.press(cast.bob, take, room=ROOM)
    assert said.text.startswith("Bob is now an owner of Tigers.")
    assert await cast.role_of(cast.alice) is Role.ADMIN
    assert (await facts(cast))[0] == TransferOffered.event_type


async def test_an_offer_in_private_says_when_the_receiver_cannot_be_told(
    cast: Cast, speaking: Speaking
) -> None:
    said = await speaking.say(cast.alice, "/transfer bob")
    assert "I can't write to Bob" in said.text
    await speaking.press(cast.alice, said.buttons[0])
    await cast.write(lambda s: mark_reachable(s, platform="telegram", address="1002"))
    assert "I can't write" not in (await speaking.say(cast.alice, "/transfer bob")).text


async def test_people_of_other_groups_are_found_and_invited_by_a_tap(
    cast: Cast, speaking: Speaking
) -> None:
    lions = await cast.group("Lions")
    dana = await cast.somebody("Dana", role=Role.MEMBER, group=lions)
    said = await speaking.say(cast.alice, f"/find da group={cast.tigers.id}")
    assert said.buttons == [f"/invite person={dana.id} group={cast.tigers.id}"]
    assert "for them alone" in (await speaking.press(cast.alice, said.buttons[0])).text
    stranger = f"/invite person={cast.charlie.id} group={cast.tigers.id}"
    assert (await speaking.press(cast.alice, stranger)).refused


async def test_a_refusal_speaks_in_the_group_s_own_words(cast: Cast, speaking: Speaking) -> None:
    await speaking.say(cast.alice, "/role bob coach")
    said = await speaking.say(cast.bob, "/role alice coach")
    assert "their role isn't below your own" in said.text
    said = await speaking.say(cast.bob, "/invite role=coach")
    assert said.text.startswith("You can't hand out the role coach in Tigers")


def test_a_kind_without_words_of_its_own_uses_the_canonical_ones() -> None:
    assert Reader("en", "UTC").plain(role_word(Kind.BAND, Role.ADMIN)) == "admin"


async def test_of_more_people_of_one_name_than_are_shown_it_says_so(cast: Cast) -> None:
    for number in range(9):
        await cast.somebody(f"Noa {number}", role=Role.MEMBER)
    said = await Speaking(cast).say(cast.alice, "/role Noa viewer")
    assert len(said.buttons) == 8
    assert said.text.endswith("Write more of it, or their @username.")


async def test_a_name_without_a_role_is_asked_for_one(cast: Cast) -> None:
    said = await Speaking(cast).say(cast.alice, "/role Bob")
    assert said.text.startswith("Which role shall Bob have?")


async def test_a_filtered_list_is_not_called_the_whole_group(cast: Cast) -> None:
    said = await Speaking(cast).say(cast.alice, "/members Bo")
    assert said.text.startswith("Tigers – who is called Bo\n")

"""/invite, /invites, /revoke: offering a place, seeing what is open, taking it back."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import segno

from bot.command import Picture
from core.access import Role
from core.audit import AuditEntry
from core.invites import Invite, InviteState, InviteToken
from core.tokens import digest
from tests.bot.commands.talk import TEAM_ROOM, Heard, Talk, words

LINK = re.compile(r"https://t\.me/usher_bot\?start=j_([A-Za-z0-9_-]{43})")
BOUNDS = {"shortest": timedelta(hours=1), "longest": timedelta(days=90)}


def _token(heard: Heard) -> str:
    found = LINK.search(heard.text)
    assert found, heard.text
    return found[1]


async def _newest(talk: Talk) -> Invite:
    return (await talk.cast.rows(Invite))[-1]


async def test_invite_gives_a_link_once_and_keeps_only_its_digest(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite")
    [kept] = await talk.cast.rows(InviteToken)
    assert kept.digest == digest(_token(heard))
    assert _token(heard).encode() not in repr(await talk.everything()).encode()


async def test_invite_says_what_it_offers_and_how_to_take_it_back(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite")
    made = await _newest(talk)
    assert "Here is the invite to Tigers. Hand it on:" in heard.text
    assert "Role: member" in heard.text
    assert "Uses: 1" in heard.text
    assert "Expires: 23 Nov 2026, 18:30 UTC" in heard.text
    assert f"<code>/revoke {made.public_id}</code>" in heard.html


async def test_the_qr_code_shows_the_same_link(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite")
    picture, expected = heard.answer.reply.picture, io.BytesIO()
    link = next(line for line in heard.text.splitlines() if "start=j_" in line)
    segno.make(link, error="m").save(expected, kind="png", scale=8, border=4)
    assert isinstance(picture, Picture)
    assert picture.png == expected.getvalue()


async def test_the_link_is_not_isolated_so_that_it_can_be_tapped(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invite")
    assert re.search(
        r"^https://t\.me/\S+$", heard.answer.reader.plain(heard.answer.reply.text), re.MULTILINE
    )


async def test_invite_takes_role_time_uses_and_note(talk: Talk) -> None:
    await talk.say(talk.cast.alice, '/invite role=editor ttl=2w uses=5 note="See you at six"')
    made = await _newest(talk)
    assert (made.role, made.max_uses, made.note) == (Role.EDITOR, 5, "See you at six")
    assert made.expires_at == talk.cast.now + timedelta(weeks=2)


@pytest.mark.parametrize(
    "line", ["/invite Role=Editor", "/INVITE ROLE=editor", "/Invite role=EDITOR"]
)
async def test_capitals_of_a_phone_s_keyboard_do_not_matter(talk: Talk, line: str) -> None:
    await talk.say(talk.cast.alice, line)
    assert (await _newest(talk)).role is Role.EDITOR


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "«»", "””"])
async def test_a_note_may_stand_in_any_phone_s_quotes(talk: Talk, quotes: str) -> None:
    await talk.say(talk.cast.alice, f"/invite note={quotes[0]}See you{quotes[1]}")
    assert (await _newest(talk)).note == "See you"


@pytest.mark.parametrize("uses", ["0", "unlimited"])
async def test_uses_of_nought_is_no_limit(talk: Talk, uses: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/invite uses={uses}")
    assert "Uses: any number" in heard.text
    assert "used 0 of any number" in (await talk.say(talk.cast.alice, "/invites")).text


async def test_only_an_owner_makes_an_invite_for_ever(talk: Talk) -> None:
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    heard = await talk.say(talk.cast.bob, "/invite ttl=never")
    assert heard.text == words("never_is_for_owners")
    assert "Expires: never" in (await talk.say(talk.cast.alice, "/invite ttl=NEVER")).text
    assert len(await talk.cast.rows(Invite)) == 1


@pytest.mark.attack(10)
@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_an_admin_hands_out_no_role_of_their_own_rank(talk: Talk, role: Role) -> None:
    await talk.cast.join(talk.cast.bob, Role.ADMIN)
    heard = await talk.say(talk.cast.bob, f"/invite role={role}")
    assert heard.text == words("role_above_yours", role=str(role), group="Tigers")
    assert await talk.cast.rows(Invite) == []


@pytest.mark.parametrize("option", ["ttl=0h", "ttl=59m", "ttl=91d", "ttl=100d", "ttl=999999w"])
async def test_a_lifetime_out_of_bounds_names_the_bounds(talk: Talk, option: str) -> None:
    heard = await talk.say(talk.cast.alice, f"/invite {option}")
    assert heard.text == words("ttl_out_of_bounds", **BOUNDS)
    assert "between 1 hour and 90 days" in heard.text


@pytest.mark.parametrize("ttl", ["1h", "60min", "90d", "12w", "2160h"])
async def test_a_lifetime_at_the_bounds_is_taken(talk: Talk, ttl: str) -> None:
    assert not (await talk.say(talk.cast.alice, f"/invite ttl={ttl}")).refused


async def test_bob_is_told_who_may_invite(talk: Talk) -> None:
    heard = await talk.say(talk.cast.bob, "/invite")
    assert heard.text == (
        "In Tigers only people who are admin or above may invite people. Ask one of them."
    )
    assert await talk.cast.rows(Invite) == []


async def test_invites_tells_status_uses_inviter_and_expiry_and_no_token(talk: Talk) -> None:
    made = await talk.cast.invite(max_uses=3)
    await talk.cast.accept(talk.cast.charlie, made.token)
    heard = await talk.say(talk.cast.alice, "/invites")
    assert f"{made.public_id} – member, pending, used 1 of 3" in heard.text
    assert "by Alice" in heard.text
    assert "Expires: 23 Nov 2026, 18:30 UTC" in heard.text
    assert made.token not in heard.text
    code = made.public_id
    assert heard.lines == [f"/resend {code}", f"/qr {code}", f"/revoke {code} list=all"]


@pytest.mark.attack(22)
async def test_invites_turns_ten_a_page_newest_first(talk_everywhere: Talk) -> None:
    talk = talk_everywhere
    made = [(await talk.cast.invite()).public_id for _ in range(12)]
    first = await talk.say(talk.cast.alice, "/invites")
    second = await talk.tap(talk.cast.alice, first.lines[-1])
    assert re.findall(r"^\d+\. (inv_\w+)", first.text, re.MULTILINE) == made[:1:-1]
    assert re.findall(r"^\d+\. (inv_\w+)", second.text, re.MULTILINE) == made[1::-1]
    assert (await talk.tap(talk.cast.alice, second.lines[-1])).text == first.text


@pytest.mark.parametrize(
    ("status", "number"),
    [("pending", 0), ("used_up", 1), ("Used up", 1), ("revoked", 2), ("expired", 3)],
)
async def test_invites_are_filtered_by_how_they_stand(
    talk_everywhere: Talk, status: str, number: int
) -> None:
    talk = talk_everywhere
    made = [await talk.cast.invite(ttl=None) for _ in range(3)]
    made.append(await talk.cast.invite(ttl=timedelta(hours=1)))
    await talk.cast.accept(talk.cast.charlie, made[1].token)
    await talk.say(talk.cast.alice, f"/revoke {made[2].public_id}")
    talk.cast.clock.advance(hours=2)
    heard = await talk.say(talk.cast.alice, f"/invites {status}")
    assert re.findall(r"^\d+\. (inv_\w+)", heard.text, re.MULTILINE) == [made[number].public_id]


async def test_a_filter_of_invites_is_kept_while_turning(talk: Talk) -> None:
    for _ in range(11):
        await talk.cast.invite()
    first = await talk.say(talk.cast.alice, "/invites pending")
    assert first.lines[-1].startswith(f"/invites pending group={talk.cast.tigers.id} after=")
    assert "pending" in (await talk.tap(talk.cast.alice, first.lines[-1])).text


async def test_no_invites_says_how_to_make_one(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/invites declined")
    assert heard.text == "There are no such invites in Tigers. /invite makes one."


@pytest.mark.attack(22)
async def test_members_do_not_see_the_invites(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.bob, "/invites")
    assert "may see the invites. Ask one of them." in heard.text
    assert made.public_id not in heard.text


async def test_revoke_ends_the_invite_and_is_written_down(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.say(talk.cast.alice, f"/revoke {made.public_id}")
    assert heard.text.startswith(f"{made.public_id} is revoked")
    assert (await _newest(talk)).state is InviteState.REVOKED
    entry = (await talk.cast.rows(AuditEntry))[-1]
    assert (entry.action, entry.subject) == ("invite.revoked", made.public_id)


async def test_revoke_a_second_time_changes_nothing(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.say(talk.cast.alice, f"/revoke {made.public_id}")
    before = await talk.everything()
    heard = await talk.say(talk.cast.alice, f"/revoke {made.public_id}")
    assert heard.text == f"{made.public_id} was revoked before. Nobody can use it."
    assert await talk.everything() == before


async def test_who_joined_by_a_revoked_invite_stays(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.cast.accept(talk.cast.charlie, made.token)
    await talk.say(talk.cast.alice, f"/revoke {made.public_id}")
    assert await talk.cast.role_of(talk.cast.charlie) is Role.MEMBER


@pytest.mark.attack(39)
async def test_the_revoke_button_pressed_by_another_is_refused(talk: Talk) -> None:
    made = await talk.cast.invite()
    heard = await talk.tap(talk.cast.bob, f"/revoke {made.public_id}", TEAM_ROOM)
    assert "may revoke invites. Ask one of them." in heard.text
    assert (await _newest(talk)).state is InviteState.OPEN


@pytest.mark.attack(17)
async def test_an_invite_of_another_group_looks_like_none(talk: Talk) -> None:
    made = await talk.cast.invite()
    await talk.cast.group("Lions", owner=talk.cast.charlie)
    theirs = await talk.say(talk.cast.charlie, f"/revoke {made.public_id}")
    nobody_s = await talk.say(talk.cast.charlie, "/revoke inv_aaaaaaaa")
    assert theirs.text == words("no_such_invite", invite=made.public_id)
    assert nobody_s.text == words("no_such_invite", invite="inv_aaaaaaaa")
    assert (await _newest(talk)).state is InviteState.OPEN

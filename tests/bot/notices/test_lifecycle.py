"""What is heard of an invite that is about to run out, or has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.notices import Notice, render
from bot.texts import Reader
from core.access import MemberState, Role
from core.facts import Fact, InviteEnding, InviteExpired
from core.groups.closing import archive_group
from tests.cast import Cast, Made
from tests.core.lifecycle import LONG, resend, tick


async def told(cast: Cast, kind: str, made: Made) -> tuple[str, list[str]] | None:
    """The words and what the buttons say, or None where nothing is told."""
    fact: Fact = InviteEnding(group_id=cast.tigers.id, invite_id=made.id)
    if kind == "invite_expired":
        fact = InviteExpired(group_id=cast.tigers.id, invite_id=made.id)
    notice = await cast.read(lambda s: render(s, kind, fact))
    if notice is None:
        return None
    assert isinstance(notice, Notice)
    plain = Reader("en", "UTC").plain(notice.text).translate({0x2068: None, 0x2069: None})
    return plain, [button.line for row in notice.buttons for button in row]


async def run_out(cast: Cast, made: Made) -> tuple[str, list[str]] | None:
    cast.clock.advance(days=5)
    await tick(cast)
    return await told(cast, "invite_expired", made)


async def test_the_reminder_says_until_when_and_can_be_answered(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(to=sqlite_cast.charlie, ttl=LONG)
    heard = await told(sqlite_cast, "invite_ending", made)
    assert heard is not None
    words, lines = heard
    assert words.startswith("The invite to Tigers from Alice waits for your answer.\n")
    assert words.endswith("Open until: 24 Nov 2026, 18:30 UTC")
    assert lines == [f"/accept {made.public_id}", f"/decline {made.public_id}"]


async def test_nobody_is_reminded_of_what_is_over_when_it_is_sent(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    revoked, used = await cast.invite(), await cast.invite()
    await cast.revoke(cast.alice, revoked.public_id)
    await cast.accept(cast.charlie, used.token)
    assert await told(cast, "invite_ending", revoked) is None
    assert await told(cast, "invite_ending", used) is None


async def test_the_inviter_hears_who_has_not_answered_and_can_ask_again(sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(to=sqlite_cast.charlie, ttl=LONG)
    code = made.public_id
    assert await run_out(sqlite_cast, made) == (
        f"Charlie has not answered your invite {code} to Tigers. It has expired.",
        [f"/resend {code}"],
    )


@pytest.mark.parametrize(
    ("uses", "words"), [(5, "It was used 1 of 5 times."), (0, "It was used 1 time.")]
)
async def test_of_a_link_it_is_told_how_often_it_was_used(
    sqlite_cast: Cast, uses: int, words: str
) -> None:
    made = await sqlite_cast.invite(ttl=LONG, max_uses=uses)
    await sqlite_cast.accept(sqlite_cast.charlie, made.token)
    heard = await run_out(sqlite_cast, made)
    assert heard is not None
    assert heard[0].endswith(f"has expired.\n{words}")


async def test_short_ones_and_those_sent_again_end_without_a_word(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    short = await cast.invite(ttl=LONG - timedelta(seconds=1))
    assert await run_out(cast, short) is None
    again = await cast.invite(ttl=LONG)
    assert await run_out(cast, again) is not None
    await resend(cast, cast.alice, again.public_id)
    assert await told(cast, "invite_expired", again) is None


@pytest.mark.attack(14)
async def test_who_may_not_invite_any_more_hears_nothing(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    await cast.join(cast.bob, Role.ADMIN)
    made = await cast.invite(by=cast.bob, ttl=LONG)
    await cast.part(cast.bob, MemberState.REMOVED)
    assert await run_out(cast, made) is None


async def test_an_archived_group_is_silent(sqlite_cast: Cast) -> None:
    cast = sqlite_cast
    made = await cast.invite(ttl=LONG)

    def archive(s: Session) -> None:
        archive_group(s, cast.alice(s), group=cast.tigers(s), now=cast.now)

    await cast.write(archive)
    assert await told(cast, "invite_ending", made) is None
    assert await run_out(cast, made) is None

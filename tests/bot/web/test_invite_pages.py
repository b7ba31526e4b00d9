"""/i/{token}: whoever has the link sees what it offers, and looking uses nothing up."""

from typing import Any

import pytest

from bot.texts import Reader
from bot.web.front import Front
from core.access import MemberState
from core.chats.reconciliations import ACCOUNT_NOTE
from core.platform_notes import PlatformNote
from tests.bot.commands.talk import Talk
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import open_page
from tests.cast import Cast, Made

BOT_LINK = "https://t.me/usher_bot?start=j_"


def front_of(cast: Cast, public_url: str = "https://usher.example", **more: Any) -> Front:
    return Front(
        cast.database,
        cast.clock,
        public_url,
        Reader("en", "UTC"),
        telegram_link=lambda token: BOT_LINK + token,
        **more,
    )


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(sqlite_cast.database, front=front_of(sqlite_cast))


@pytest.fixture
async def made(sqlite_cast: Cast) -> Made:
    return await sqlite_cast.invite()


async def test_it_shows_group_role_inviter_and_end(pages: Client, made: Made) -> None:
    page = await open_page(pages, f"/i/{made.token}")
    assert page.status == 200
    assert "Alice invites you to Tigers" in page.text
    assert "team" in page.text
    assert "Your role member" in page.text
    assert "Open until 23 Nov 2026, 18:30 UTC" in page.text


async def test_of_an_invite_that_asks_first_it_says_so(pages: Client, sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(asks=True)
    assert "You ask first" in (await open_page(pages, f"/i/{made.token}")).text


async def test_it_leads_into_telegram(pages: Client, made: Made) -> None:
    page = await open_page(pages, f"/i/{made.token}")
    assert page.links["Open in Telegram"] == BOT_LINK + made.token


async def test_without_telegrams_word_there_is_no_way_into_it(
    serve: Serve, sqlite_cast: Cast, made: Made
) -> None:
    front = Front(sqlite_cast.database, sqlite_cast.clock, "https://x", Reader("en", "UTC"))
    page = await open_page(await serve(sqlite_cast.database, front=front), f"/i/{made.token}")
    assert page.status == 200
    assert page.links == {}


async def test_it_says_how_to_join_on_groupme_where_we_are_there(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await open_page(pages, f"/i/{made.token}")
    assert "GroupMe" not in page.text
    note = {"platform": "groupme", "name": ACCOUNT_NOTE, "value": "Usher of Haifa"}
    await sqlite_cast.write(lambda s: s.add(PlatformNote(**note, noted_at=sqlite_cast.now)))
    page = await open_page(pages, f"/i/{made.token}")
    assert "to Usher of Haifa there" in page.text
    assert f"https://usher.example/i/{made.token}" in page.text


@pytest.mark.attack(5, 6)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_changes_nothing(
    pages: Client, sqlite_cast: Cast, made: Made, method: str
) -> None:
    before = await Talk(sqlite_cast).everything(but=frozenset())
    for _ in range(3):
        async with pages.request(method, f"/i/{made.token}") as answer:
            assert answer.status == 200
    assert await Talk(sqlite_cast).everything(but=frozenset()) == before


@pytest.mark.attack(25, 26)
@pytest.mark.parametrize("tail", ["", "/poster"])
async def test_the_page_is_not_kept_framed_found_or_told_of(
    pages: Client, made: Made, tail: str
) -> None:
    headers = (await open_page(pages, f"/i/{made.token}{tail}")).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.attack(25)
async def test_nothing_on_it_comes_from_elsewhere(pages: Client, made: Made) -> None:
    page = await open_page(pages, f"/i/{made.token}")
    assert "<script" not in page.html
    assert "style=" not in page.html
    for path in page.pictures:
        assert path.startswith("/i/")
    async with pages.get(page.html.split('stylesheet" href="')[1].split('"')[0]) as sheet:
        assert sheet.content_type == "text/css"
        assert "immutable" in sheet.headers["Cache-Control"]


@pytest.mark.attack(44, 45)
async def test_names_can_neither_mark_up_the_page_nor_turn_it_round(
    pages: Client, sqlite_cast: Cast
) -> None:
    lions = await sqlite_cast.group('<b>Lions</b> & "co"')
    made = await sqlite_cast.invite(group=lions)
    page = await open_page(pages, f"/i/{made.token}")
    assert '<b>Lions</b> & "co"' in page.text
    assert "&lt;b&gt;Lions" in page.html
    assert "\u2068" in page.html.split("<title>")[1].split("</title>")[0]


@pytest.mark.attack(23)
async def test_what_opens_nothing_looks_like_every_other_miss(pages: Client) -> None:
    answers = [await open_page(pages, f"/i/{code}") for code in ("x" * 43, "x", "inv_aaaaaaaa")]
    assert {page.status for page in answers} == {404}
    assert len({page.html for page in answers}) == 1
    assert "Ask whoever sent it for a new link" in answers[0].text


@pytest.mark.attack(23)
async def test_guessing_from_one_address_is_stopped(pages: Client, made: Made) -> None:
    for _ in range(10):
        assert (await open_page(pages, f"/i/{'x' * 43}")).status == 404
    page = await open_page(pages, f"/i/{made.token}")
    assert page.status == 429
    assert page.headers["Retry-After"] == "60"


@pytest.mark.attack(23)
async def test_somebody_else_is_not_stopped_by_it(pages: Client, made: Made) -> None:
    for _ in range(10):
        await open_page(pages, "/i/x", headers={"X-Forwarded-For": "203.0.113.9"})
    there = {"X-Forwarded-For": "203.0.113.10"}
    assert (await open_page(pages, f"/i/{made.token}", headers=there)).status == 200


@pytest.mark.attack(23)
async def test_a_guesser_is_not_told_that_an_invite_was_one(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    sqlite_cast.clock.advance(hours=73)
    assert (await open_page(pages, f"/i/{made.token}")).status == 410
    for _ in range(3):
        await open_page(pages, "/i/x")
    assert (await open_page(pages, f"/i/{made.token}")).status == 404


async def test_every_ended_invite_has_its_words_and_a_way_on(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    sqlite_cast.clock.advance(hours=73)
    page = await open_page(pages, f"/i/{made.token}")
    assert page.status == 410
    assert "This invite to Tigers has expired. Ask Alice for a new one." in page.text
    assert page.links["Ask for a new invite in Telegram"] == BOT_LINK + made.token


async def test_a_used_up_a_revoked_and_a_void_invite_are_over(
    pages: Client, sqlite_cast: Cast
) -> None:
    used, revoked, void = [await sqlite_cast.invite() for _ in range(3)]
    await sqlite_cast.accept(sqlite_cast.charlie, used.token)
    await sqlite_cast.revoke(sqlite_cast.alice, revoked.public_id)
    for made, words in ((used, "as often as it may be"), (revoked, "was withdrawn")):
        page = await open_page(pages, f"/i/{made.token}")
        assert page.status == 410
        assert words in page.text
    await sqlite_cast.part(sqlite_cast.alice, MemberState.REMOVED)
    page = await open_page(pages, f"/i/{void.token}")
    assert page.status == 409
    assert "no longer counts" in page.text


async def test_an_invite_for_one_person_says_so(pages: Client, sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite(to=sqlite_cast.charlie)
    page = await open_page(pages, f"/i/{made.token}")
    assert page.status == 200
    assert "It is for one person" in page.text

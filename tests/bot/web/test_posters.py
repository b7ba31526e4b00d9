"""An invite's QR code: a picture that says where the invite's page is."""

import pytest

from bot.qr import qr_png, qr_svg
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import open_page
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(sqlite_cast.database, front=front_of(sqlite_cast))


async def test_the_pictures_say_where_the_page_is(pages: Client, sqlite_cast: Cast) -> None:
    made = await sqlite_cast.invite()
    link = f"https://usher.example/i/{made.token}"
    async with pages.get(f"/i/{made.token}/qr.png") as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == qr_png(link)
    async with pages.get(f"/i/{made.token}/qr.svg") as answer:
        assert answer.content_type == "image/svg+xml"
        assert await answer.read() == qr_svg(link)


async def test_the_poster_says_what_to_do_until_when_and_the_link(
    pages: Client, sqlite_cast: Cast
) -> None:
    made = await sqlite_cast.invite()
    page = await open_page(pages, f"/i/{made.token}/poster")
    assert "Scan to join Tigers" in page.text
    assert "Open until: 23 Nov 2026, 18:30 UTC" in page.text
    assert f"https://usher.example/i/{made.token}" in page.text


@pytest.mark.attack(23)
@pytest.mark.parametrize("tail", ["qr.png", "qr.svg", "poster"])
async def test_what_opens_nothing_has_no_picture(pages: Client, tail: str) -> None:
    assert (await open_page(pages, f"/i/{'x' * 43}/{tail}")).status == 404


@pytest.mark.parametrize("tail", ["qr.png", "qr.svg", "poster"])
async def test_what_is_over_has_no_picture(pages: Client, sqlite_cast: Cast, tail: str) -> None:
    made = await sqlite_cast.invite()
    sqlite_cast.clock.advance(hours=73)
    assert (await open_page(pages, f"/i/{made.token}/{tail}")).status == 410

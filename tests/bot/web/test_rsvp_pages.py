"""/r/{token} and /c/{uid}.ics: a guest answers in a browser, and looking changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.events import Event
from core.guests import Guest
from core.guests.self_service import make_guest_link
from core.tokens import new_token
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import open_page, send
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast, Place
from tests.core.eventing import make_event, make_household, put_guest, statuses_of


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(
        sqlite_cast.database, front=front_of(sqlite_cast, public_url="http://127.0.0.1")
    )


@pytest.fixture
async def place(sqlite_cast: Cast) -> Place:
    return await make_event(
        sqlite_cast, place="Hall 3", plus_ones=2, deadline=sqlite_cast.now + timedelta(days=3)
    )


@pytest.fixture
async def path(sqlite_cast: Cast, place: Place) -> str:
    """Zoe's own link; Ben is her child."""
    house = await make_household(sqlite_cast, place)
    zoe = await put_guest(sqlite_cast, place, "Zoe", household_id=house)
    await put_guest(sqlite_cast, place, "Ben", household_id=house, is_child=True)
    token = await sqlite_cast.write(
        lambda s: make_guest_link(s, s.get_one(Guest, zoe), now=sqlite_cast.now)
    )
    return f"/r/{token}"


async def test_it_shows_the_event_and_a_form_for_each(pages: Client, path: str) -> None:
    page = await open_page(pages, path)
    assert page.status == 200
    assert "Cup final" in page.text
    assert "Where: Hall 3" in page.text
    assert {one.label for one in page.forms} == {
        f"{name}: {said}" for name in ("Zoe", "Ben") for said in ("Yes", "No", "Maybe")
    }


async def test_an_answer_is_taken_and_may_change(
    pages: Client, path: str, sqlite_cast: Cast, place: Place
) -> None:
    page = await open_page(pages, path)
    done = await send(pages, page.form("Zoe: Yes"), plus="2")
    assert "Zoe comes to Cup final, with 2 more." in done.text
    done = await send(pages, page.form("Ben: No"))
    assert "Ben does not come to Cup final." in done.text
    statuses = await statuses_of(sqlite_cast, place)
    assert (statuses["Zoe"], statuses["Ben"]) == ("confirmed", "declined")
    await send(pages, page.form("Zoe: Maybe"))
    assert (await statuses_of(sqlite_cast, place))["Zoe"] == "maybe"


async def test_looking_changes_nothing(
    pages: Client, path: str, sqlite_cast: Cast, place: Place
) -> None:
    before = await sqlite_cast.rows(Guest)
    for method in (pages.get, pages.head):
        async with method(path) as answer:
            assert answer.status == 200
    after = await sqlite_cast.rows(Guest)
    assert [one.updated_at for one in before] == [one.updated_at for one in after]
    assert (await statuses_of(sqlite_cast, place))["Zoe"] == "invited"


async def test_more_than_may_come_along_are_refused(pages: Client, path: str) -> None:
    page = await open_page(pages, path)
    for plus in ("3", "-1", "many", "9" * 40):
        assert (await send(pages, page.form("Zoe: Yes"), plus=plus)).status == 400


async def test_a_forged_form_answers_for_nobody_else(
    pages: Client, path: str, sqlite_cast: Cast, place: Place
) -> None:
    page = await open_page(pages, path)
    before = await statuses_of(sqlite_cast, place)
    assert (await send(pages, page.form("Zoe: Yes"), guest="1")).status == 404
    assert (await send(pages, page.form("Zoe: Yes"), answer="perhaps")).status == 400
    assert await statuses_of(sqlite_cast, place) == before


@pytest.mark.attack(59)
async def test_what_is_no_form_is_refused(pages: Client, path: str) -> None:
    nonce = (await open_page(pages, path)).form("Zoe: Yes").fields["nonce"].encode()
    for body, kind, status in (
        (b"{}", "application/json", 415),
        (b"x", "multipart/form-data", 415),
        (b"answer=%ff%fe&nonce=" + nonce, "application/x-www-form-urlencoded", 400),
        (b"answer=" + b"y" * 17_000, "application/x-www-form-urlencoded", 413),
    ):
        async with pages.post(path, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == status


async def test_after_the_deadline_it_says_whom_to_ask(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    page = await open_page(pages, path)
    sqlite_cast.clock.advance(days=3)
    late = await open_page(pages, path)
    assert "The time to answer is over. Ask Alice." in late.text
    assert late.forms == []
    assert (await send(pages, page.form("Zoe: Yes"))).status == 409


async def test_a_link_that_opens_nothing_tells_nothing(pages: Client, place: Place) -> None:
    page = await open_page(pages, f"/r/{new_token()}")
    assert page.status == 404
    assert "Cup final" not in page.text


async def test_the_calendar_file_has_an_address_that_cannot_be_guessed(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    page = await open_page(pages, path)
    [event] = await sqlite_cast.rows(Event)
    link = page.links["Put it into my calendar"]
    assert link == f"/c/{event.uid}.ics"
    async with pages.get(link) as answer:
        assert answer.content_type == "text/calendar"
        assert b"SUMMARY:Cup final" in await answer.read()
    async with pages.get(f"/c/{'x' * 32}.ics") as answer:
        assert answer.status == 404


@pytest.mark.attack(6)
async def test_what_posts_without_having_seen_the_page_answers_nothing(
    pages: Client, path: str, sqlite_cast: Cast, place: Place
) -> None:
    form = (await open_page(pages, path)).form("Zoe: Yes")
    pages.session.cookie_jar.clear()
    assert (await send(pages, form)).status == 403
    blind = {"guest": form.fields["guest"], "answer": "yes"}
    async with pages.post(path, data=blind) as answer:
        assert answer.status == 403
    assert (await statuses_of(sqlite_cast, place))["Zoe"] == "invited"


@pytest.mark.parametrize("charset", ["no-such", "utf-7", "utf-16"])
async def test_a_form_in_other_signs_is_refused_and_no_bug(
    pages: Client, path: str, charset: str
) -> None:
    await open_page(pages, path)
    headers = {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"}
    for there in (path, "/app"):
        async with pages.post(there, data=b"nonce=+2AA-", headers=headers) as answer:
            assert answer.status == 415

"""A browser becomes somebody's by a link from chat, and is let go of on their page."""

import pytest

from bot.web.cookies import Visit
from core.people.signin import offer_signin
from core.people.web_sessions import WebSession
from tests.bot.commands.talk import Talk
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import Opened, OpenForm, open_page, send
from tests.bot.web.test_invite_answers import sign_in
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    front = front_of(sqlite_cast, public_url="http://127.0.0.1")
    return await serve(sqlite_cast.database, front=front)


async def offered(cast: Cast) -> str:
    return await cast.write(lambda s: offer_signin(s, cast.alice(s), now=cast.now))


@pytest.mark.attack(5, 6)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_to_open_the_link_signs_nobody_in(
    pages: Client, sqlite_cast: Cast, method: str
) -> None:
    token = await offered(sqlite_cast)
    before = await Talk(sqlite_cast).everything(but=frozenset())
    async with pages.request(method, f"/s/{token}") as answer:
        assert answer.status == 200
    assert await Talk(sqlite_cast).everything(but=frozenset()) == before


async def test_the_page_says_whose_browser_it_becomes(pages: Client, sqlite_cast: Cast) -> None:
    page = await open_page(pages, f"/s/{await offered(sqlite_cast)}")
    assert "Sign in as Alice?" in page.text


async def test_a_yes_signs_in_and_the_link_is_over(pages: Client, sqlite_cast: Cast) -> None:
    form = (await open_page(pages, f"/s/{await offered(sqlite_cast)}")).form("Sign in")
    done = await send(pages, form)
    assert (done.status, done.headers["Location"]) == (303, "/me")
    assert "Hello Alice!" in (await open_page(pages, "/me")).text
    assert (await open_page(pages, form.action)).status == 404


async def test_without_the_pages_nonce_it_signs_nobody_in(pages: Client, sqlite_cast: Cast) -> None:
    form = (await open_page(pages, f"/s/{await offered(sqlite_cast)}")).form("Sign in")
    refused = await send(pages, OpenForm(form.action, {"nonce": "0" * 64}, "Sign in"))
    assert refused.status == 403
    assert await sqlite_cast.rows(WebSession) == []


async def test_over_https_the_cookies_are_this_hosts_alone_and_no_scripts(
    serve: Serve, sqlite_cast: Cast
) -> None:
    client = await serve(sqlite_cast.database, front=front_of(sqlite_cast))
    path = f"/s/{await offered(sqlite_cast)}"
    async with client.get(path) as answer:
        visit = answer.cookies["__Host-usher-visit"]
        page = Opened(await answer.text(), answer.status, dict(answer.headers))
        form = page.form("Sign in")
    known = {"Cookie": f"__Host-usher-visit={visit.value}"}
    async with client.post(path, data=form.fields, headers=known, allow_redirects=False) as answer:
        session = answer.cookies["__Host-usher"]
    for cookie in (visit, session):
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.attack(60)
def test_no_secret_shows_in_a_repr() -> None:
    visit = Visit(secret="s" * 43, is_new=True, signed_in_by="t" * 43)
    assert "sss" not in repr(visit)
    assert "ttt" not in repr(visit)


async def test_signing_in_again_gives_another_secret(pages: Client, sqlite_cast: Cast) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    await sign_in(pages, sqlite_cast, sqlite_cast.bob)
    first, second = await sqlite_cast.rows(WebSession)
    assert first.digest != second.digest
    assert "Hello Bob!" in (await open_page(pages, "/me")).text


async def test_a_form_made_for_who_was_signed_in_before_does_nothing(
    pages: Client, sqlite_cast: Cast
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    form = (await open_page(pages, "/me")).form("Sign out everywhere")
    await sign_in(pages, sqlite_cast, sqlite_cast.bob)
    assert (await send(pages, form)).status == 403


async def test_my_page_shows_groups_invites_and_browsers(pages: Client, sqlite_cast: Cast) -> None:
    lions = await sqlite_cast.group("Lions", owner=sqlite_cast.charlie)
    await sqlite_cast.invite(by=sqlite_cast.charlie, group=lions, to=sqlite_cast.bob)
    await sign_in(pages, sqlite_cast, sqlite_cast.bob)
    page = await open_page(pages, "/me", headers={"User-Agent": "Mozilla (Android) Firefox/1"})
    assert "Tigers: member" in page.text
    assert "Lions: member" in page.text
    assert "this one" in page.text
    assert (await send(pages, page.form("Join Lions"))).status == 303
    assert "Invites for you" not in (await open_page(pages, "/me")).text


async def test_signed_out_everywhere_the_page_asks_to_sign_in(
    pages: Client, sqlite_cast: Cast
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    page = await open_page(pages, "/me")
    assert (await send(pages, page.form("Sign out everywhere"))).status == 303
    gone = await open_page(pages, "/me")
    assert gone.status == 403
    assert "Write /signin to me in chat" in gone.text


async def test_one_browser_is_signed_out(pages: Client, sqlite_cast: Cast) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    page = await open_page(pages, "/me")
    assert (await send(pages, page.form("Sign out here"))).status == 303
    assert (await open_page(pages, "/me")).status == 403


async def test_nobody_reaches_the_browser_of_somebody_else(
    pages: Client, sqlite_cast: Cast
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.alice)
    [alices] = await sqlite_cast.rows(WebSession)
    pages.session.cookie_jar.clear()
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    page = await open_page(pages, "/me")
    assert alices.public_id not in page.html
    own = page.form("Sign out here")
    forged = OpenForm(f"/me/browsers/{alices.public_id}", own.fields, "Sign out here")
    assert (await send(pages, forged)).status == 403
    assert [row.ended_at for row in await sqlite_cast.rows(WebSession)] == [None, None]


async def test_a_link_from_chat_is_said_in_private_and_kept_nowhere(sqlite_cast: Cast) -> None:
    talk = Talk(sqlite_cast)
    heard = await talk.say(sqlite_cast.alice, "/signin")
    assert "/s/" in heard.text
    assert "It works once, for 10 minutes" in heard.text
    assert heard.answer.reply.secret

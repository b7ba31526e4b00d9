"""/contract/{token}: a guardian signs by the link in a mail, and looking changes nothing."""

from __future__ import annotations

import re

import pytest

from core.rosters.contracts import void_contract
from core.rosters.signatures import Signature
from core.tokens import new_token
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import OpenForm, open_page, send
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast
from tests.core.rostering import add, events, set_terms
from tests.core.test_signing_by_link import MAIL_ALONE, mailed

SIGN = "Sign the contract"


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    return await serve(sqlite_cast.database, front=front_of(sqlite_cast, "http://usher.example"))


@pytest.fixture
async def mia(sqlite_cast: Cast) -> str:
    await set_terms(sqlite_cast)
    return await add(sqlite_cast, "Mia Katz", MAIL_ALONE)


@pytest.fixture
async def path(sqlite_cast: Cast, mia: str) -> str:
    return f"/contract/{await mailed(sqlite_cast, mia)}"


async def test_it_shows_the_words_their_version_and_their_hash(pages: Client, path: str) -> None:
    page = await open_page(pages, path)
    assert page.status == 200
    assert "The contract of Mia Katz" in page.text
    assert "Team: Tigers" in page.text
    assert "Be fair.\nBe kind." in page.html
    assert re.search(r"Terms version 1, SHA-256 [0-9a-f]{64}", page.text)
    assert [form.label for form in page.forms] == [SIGN]


@pytest.mark.attack(5)
async def test_looking_changes_nothing(pages: Client, path: str, sqlite_cast: Cast) -> None:
    for method in (pages.get, pages.head):
        async with method(path) as answer:
            assert answer.status == 200
    assert await sqlite_cast.rows(Signature) == []


async def test_a_typed_name_signs_and_the_page_goes_on_to_say_so(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    done = await send(pages, (await open_page(pages, path)).form(SIGN), name="Erin K. Katz")
    assert done.status == 200
    assert "The contract of Mia Katz is signed" in done.text
    assert "Signed by Erin K. Katz as guardian, by the link that was mailed to them" in done.text
    [signature] = await sqlite_cast.rows(Signature)
    assert (signature.name, signature.typed) == ("Erin K. Katz", True)
    later = await open_page(pages, path)
    assert "Signed by Erin K. Katz" in later.text
    assert "Be fair.\nBe kind." in later.html
    assert later.forms == []


async def test_signing_twice_says_so(pages: Client, path: str, sqlite_cast: Cast) -> None:
    form = (await open_page(pages, path)).form(SIGN)
    await send(pages, form, name="Erin K. Katz")
    again = await send(pages, form, name="Erin K. Katz")
    assert again.status == 200
    assert "It was signed before. Nothing has changed." in again.text
    assert await events(sqlite_cast) == ["contract.sent", "contract.signed"]


@pytest.mark.attack(6)
@pytest.mark.parametrize("nonce", [None, "", "0" * 64])
async def test_a_form_of_somebody_else_s_signs_nothing(
    pages: Client, path: str, sqlite_cast: Cast, nonce: str | None
) -> None:
    form = (await open_page(pages, path)).form(SIGN)
    fields = {name: value for name, value in form.fields.items() if name != "nonce"}
    forged = fields if nonce is None else {**fields, "nonce": nonce}
    page = await send(pages, OpenForm(form.action, forged, SIGN), name="Mallory")
    assert page.status == 403
    assert await sqlite_cast.rows(Signature) == []


async def test_a_nonce_of_another_child_s_page_is_none_here(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    noa = await add(sqlite_cast, "Noa Katz", MAIL_ALONE)
    other = (await open_page(pages, f"/contract/{await mailed(sqlite_cast, noa)}")).form(SIGN)
    crossed = OpenForm(path, other.fields, SIGN)
    assert (await send(pages, crossed, name="Erin")).status == 403


async def test_a_blank_name_is_asked_for_again(pages: Client, path: str) -> None:
    page = await send(pages, (await open_page(pages, path)).form(SIGN), name=" ")
    assert page.status == 400
    assert "Be fair.\nBe kind." in page.html
    assert [form.label for form in page.forms] == [SIGN]


async def test_words_that_changed_meanwhile_are_shown_first(
    pages: Client, path: str, sqlite_cast: Cast
) -> None:
    form = (await open_page(pages, path)).form(SIGN)
    await set_terms(sqlite_cast, "Pay more.")
    page = await send(pages, form, name="Erin")
    assert page.status == 409
    assert "The club has changed the words" in page.text
    assert "Pay more." in page.text
    assert "is signed" in (await send(pages, page.form(SIGN), name="Erin")).text


async def test_after_it_was_made_void_the_link_opens_nothing(
    pages: Client, path: str, mia: str, sqlite_cast: Cast
) -> None:
    form = (await open_page(pages, path)).form(SIGN)
    await sqlite_cast.write(
        lambda s: void_contract(s, sqlite_cast.alice(s), public_id=mia, now=sqlite_cast.now)
    )
    for page in (await open_page(pages, path), await send(pages, form, name="Erin")):
        assert page.status == 404
        assert "Ask the club to send you a new one." in page.text
        assert "Mia" not in page.text
    assert await sqlite_cast.rows(Signature) == []


async def test_a_link_that_opens_nothing_tells_nothing(pages: Client, mia: str) -> None:
    page = await open_page(pages, f"/contract/{new_token()}")
    assert page.status == 404
    assert "Mia" not in page.text


@pytest.mark.attack(26)
async def test_the_page_is_kept_nowhere_framed_by_nobody_and_runs_nothing(
    pages: Client, path: str
) -> None:
    page = await open_page(pages, path)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.attack(44)
async def test_what_people_wrote_is_shown_and_not_run(pages: Client, sqlite_cast: Cast) -> None:
    await set_terms(sqlite_cast, "<script>alert(1)</script> & more")
    code = await add(sqlite_cast, "<b>Mia</b>", MAIL_ALONE)
    page = await open_page(pages, f"/contract/{await mailed(sqlite_cast, code)}")
    assert "<script>" not in page.html
    assert "<b>Mia" not in page.html
    assert "<script>alert(1)</script> & more" in page.text


@pytest.mark.attack(23)
async def test_guessing_is_limited_and_tells_nothing_until_then(pages: Client, path: str) -> None:
    statuses = [(await open_page(pages, f"/contract/{new_token()}")).status for _ in range(11)]
    assert statuses == [404] * 10 + [429]
    assert (await open_page(pages, path)).status == 429

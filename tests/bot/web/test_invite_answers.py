"""Accepting, declining and asking on an invite's page: by e-mail code, or by who is signed in."""

import pytest

from core.access import Role, role_in
from core.audit import AuditEntry
from core.chats.requests import JoinRequest
from core.invites.redemptions import Redemption
from core.outbox import OutboxEvent
from core.people import Identity
from core.people.email_codes import EmailCode
from core.people.signin import offer_signin
from core.people.web_sessions import WebSession
from tests.bot.web.conftest import Client, Serve
from tests.bot.web.opened import Opened, OpenForm, open_page, send
from tests.bot.web.test_invite_pages import front_of
from tests.cast import Cast, Made, Somebody

BY_EMAIL = {"name": "Dana", "email": "dana@example.org"}


@pytest.fixture
async def pages(serve: Serve, sqlite_cast: Cast) -> Client:
    front = front_of(sqlite_cast, by_email=True, public_url="http://127.0.0.1")
    return await serve(sqlite_cast.database, front=front)


@pytest.fixture
async def made(sqlite_cast: Cast) -> Made:
    return await sqlite_cast.invite(max_uses=3)


async def sign_in(client: Client, cast: Cast, who: Somebody) -> None:
    """As it is done from chat."""
    token = await cast.write(lambda s: offer_signin(s, who(s), now=cast.now))
    page = await open_page(client, f"/s/{token}")
    assert (await send(client, page.form("Sign in"))).status == 303


async def the_code(cast: Cast) -> str:
    return (await cast.rows(EmailCode))[-1].code


async def asked_for_code(client: Client, token: str, label: str, **fields: str) -> Opened:
    page = await open_page(client, f"/i/{token}")
    return await send(client, page.form(label), **{**BY_EMAIL, **fields})


async def person_of(cast: Cast, address: str) -> int:
    [found] = [row for row in await cast.rows(Identity) if row.address == address]
    return found.person_id


async def test_who_has_no_account_accepts_by_a_code(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await asked_for_code(pages, made.token, "Accept by e-mail code")
    assert "I have sent six digits to dana@example.org" in page.text
    done = await send(pages, page.form("Accept"), code=await the_code(sqlite_cast))
    assert done.status == 200
    assert "You are in Tigers" in done.text
    dana = await person_of(sqlite_cast, "dana@example.org")
    role = await sqlite_cast.read(lambda s: role_in(s, dana, sqlite_cast.tigers.id))
    assert role is Role.MEMBER
    deeds = [(row.action, row.via) for row in await sqlite_cast.rows(AuditEntry)]
    assert ("invite.accepted", "web") in deeds
    assert "member.joined" in [row.event_type for row in await sqlite_cast.rows(OutboxEvent)]


async def test_afterwards_they_are_signed_in_and_see_that_they_are_in(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await asked_for_code(pages, made.token, "Accept by e-mail code")
    await send(pages, page.form("Accept"), code=await the_code(sqlite_cast))
    assert "You are in Tigers" in (await open_page(pages, f"/i/{made.token}")).text
    home = await open_page(pages, "/me")
    assert "Hello Dana!" in home.text
    assert "Tigers: member" in home.text


async def test_wrong_digits_can_be_tried_again(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await asked_for_code(pages, made.token, "Accept by e-mail code")
    right = await the_code(sqlite_cast)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    again = await send(pages, page.form("Accept"), code=wrong)
    assert again.status == 400
    assert "4 times are left" in again.text
    assert (await send(pages, again.form("Accept"), code=right)).status == 200


@pytest.mark.attack(9)
async def test_an_invite_for_one_address_opens_to_that_address_only(
    pages: Client, sqlite_cast: Cast
) -> None:
    made = await sqlite_cast.invite(claim="email:dana@example.org")
    page = await asked_for_code(pages, made.token, "Accept by e-mail code", email="eva@example.org")
    refused = await send(pages, page.form("Accept"), code=await the_code(sqlite_cast))
    assert refused.status == 403
    assert await sqlite_cast.rows(Redemption) == []
    pages.session.cookie_jar.clear()
    page = await asked_for_code(pages, made.token, "Accept by e-mail code")
    accepted = await send(pages, page.form("Accept"), code=await the_code(sqlite_cast))
    assert "You are in Tigers" in accepted.text


async def test_what_only_a_phone_can_show_is_not_offered_by_mail(
    pages: Client, sqlite_cast: Cast
) -> None:
    made = await sqlite_cast.invite(claim="phone:+12025550143")
    assert (await open_page(pages, f"/i/{made.token}")).forms == []


async def test_an_address_that_is_none_is_refused_with_the_way_back(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await asked_for_code(pages, made.token, "Accept by e-mail code", email="dana at home")
    assert page.status == 400
    assert page.links["Back to the invite"] == f"/i/{made.token}"
    assert await sqlite_cast.rows(EmailCode) == []


async def test_without_a_link_nobody_has_mail_sent(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    page = await open_page(pages, f"/i/{made.token}")
    sqlite_cast.clock.advance(hours=73)
    refused = await send(pages, page.form("Accept by e-mail code"), **BY_EMAIL)
    assert refused.status == 410
    assert await sqlite_cast.rows(EmailCode) == []


async def test_whoever_is_signed_in_accepts_with_one_button(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    page = await open_page(pages, f"/i/{made.token}")
    assert [form.label for form in page.forms] == ["Accept as Charlie", "Decline"]
    done = await send(pages, page.form("Accept as Charlie"))
    assert "You are in Tigers" in done.text
    assert await sqlite_cast.role_of(sqlite_cast.charlie) is Role.MEMBER


@pytest.mark.attack(4)
async def test_accepting_twice_uses_the_invite_once(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    form = (await open_page(pages, f"/i/{made.token}")).form("Accept as Charlie")
    for _ in range(2):
        assert (await send(pages, form)).status == 200
    assert len(await sqlite_cast.rows(Redemption)) == 1


async def test_declining_is_said_back(pages: Client, sqlite_cast: Cast, made: Made) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    page = await open_page(pages, f"/i/{made.token}")
    done = await send(pages, page.form("Decline"))
    assert "You declined the invite to Tigers" in done.text
    assert await sqlite_cast.role_of(sqlite_cast.charlie) is None


@pytest.mark.attack(7)
async def test_an_invite_for_somebody_else_is_refused_to_who_is_signed_in(
    pages: Client, sqlite_cast: Cast
) -> None:
    dana = await sqlite_cast.somebody("Dana")
    made = await sqlite_cast.invite(to=dana)
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    page = await open_page(pages, f"/i/{made.token}")
    refused = await send(pages, page.form("Accept as Charlie"))
    assert refused.status == 403
    assert await sqlite_cast.role_of(sqlite_cast.charlie) is None


async def test_from_an_invite_that_is_over_the_admins_are_asked(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    sqlite_cast.clock.advance(hours=73)
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    page = await open_page(pages, f"/i/{made.token}")
    assert page.status == 410
    done = await send(pages, page.form("Ask for a new invite"))
    assert "I have asked the admins of Tigers" in done.text
    assert len(await sqlite_cast.rows(JoinRequest)) == 1
    await send(pages, page.form("Ask for a new invite"))
    assert len(await sqlite_cast.rows(JoinRequest)) == 1


async def test_who_has_no_account_asks_by_e_mail(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    sqlite_cast.clock.advance(hours=73)
    page = await asked_for_code(pages, made.token, "Ask for a new invite by e-mail")
    done = await send(pages, page.form("Ask for a new invite"), code=await the_code(sqlite_cast))
    assert "I have asked the admins of Tigers" in done.text
    [request] = await sqlite_cast.rows(JoinRequest)
    assert request.identity_id is not None


DEEDS = ["accept", "decline", "ask", "code", "prove"]


@pytest.mark.attack(6)
@pytest.mark.parametrize("deed", DEEDS)
async def test_a_form_from_elsewhere_does_nothing(
    pages: Client, sqlite_cast: Cast, made: Made, deed: str
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    action = f"/i/{made.token}/{deed}"
    page = await open_page(pages, f"/i/{made.token}")
    nonce = page.form("Decline" if deed == "accept" else "Accept as Charlie").fields["nonce"]
    for fields in ({}, {"nonce": ""}, {"nonce": nonce}, {"nonce": "é"}):
        refused = await send(pages, OpenForm(action, {**BY_EMAIL, **fields}, "Go"))
        assert refused.status == 403
        assert "This page is too old, or came from elsewhere" in refused.text
    assert await sqlite_cast.rows(Redemption) == []
    assert await sqlite_cast.rows(EmailCode) == []


@pytest.mark.attack(6)
async def test_what_follows_links_and_posts_without_cookies_accepts_nothing(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    form = (await open_page(pages, f"/i/{made.token}")).form("Accept as Charlie")
    pages.session.cookie_jar.clear()
    assert (await send(pages, form)).status == 403
    assert await sqlite_cast.rows(Redemption) == []


async def test_a_form_that_another_site_sends_is_refused(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    form = (await open_page(pages, f"/i/{made.token}")).form("Accept as Charlie")
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with pages.post(form.action, data=form.fields, headers=headers) as answer:
        assert answer.status == 403
    assert await sqlite_cast.rows(Redemption) == []


@pytest.mark.attack(12)
async def test_what_the_form_says_besides_changes_nothing(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    form = (await open_page(pages, f"/i/{made.token}")).form("Accept as Charlie")
    await send(pages, form, role="owner", group_id="1", person_id=str(sqlite_cast.alice.id))
    assert await sqlite_cast.role_of(sqlite_cast.charlie) is Role.MEMBER


async def test_who_is_signed_in_nowhere_can_answer_nothing(
    pages: Client, sqlite_cast: Cast, made: Made
) -> None:
    await sign_in(pages, sqlite_cast, sqlite_cast.charlie)
    form = (await open_page(pages, f"/i/{made.token}")).form("Accept as Charlie")
    [session] = await sqlite_cast.rows(WebSession)
    await sqlite_cast.write(lambda s: s.delete(s.get_one(WebSession, session.id)))
    refused = await send(pages, form)
    assert refused.status == 403
    assert "Nobody is signed in here" in refused.text


@pytest.mark.attack(59)
async def test_a_form_has_a_sensible_size(pages: Client, made: Made) -> None:
    async with pages.post(f"/i/{made.token}/accept", data={"nonce": "x" * 20_000}) as answer:
        assert answer.status == 413


async def test_a_form_is_a_form(pages: Client, made: Made) -> None:
    async with pages.post(f"/i/{made.token}/accept", json={"nonce": "x"}) as answer:
        assert answer.status == 415

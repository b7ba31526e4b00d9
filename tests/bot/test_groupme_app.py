"""The whole bot beside GroupMe: a club that has both, and either of them alone."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.config import load_settings
from bot.ground import Ground
from bot.platforms.groupme.plug import callback_secret
from bot.sandbox.faults import Fault
from bot.sandbox.groupme.things import Post
from bot.sandbox.server import GROUPME_TOKEN, Sandbox
from core.chats import Chat
from core.database import Database
from core.platform_notes import PlatformNote
from tests.cast import Cast, rows
from tests.faults.rig import BOB, Team, until, usher, variables

SECRET = "callback-secret"


@pytest.fixture
def settings(sqlite_database_url: str, sandbox: Sandbox) -> dict[str, str]:
    return variables(
        sqlite_database_url,
        sandbox,
        USHER_GROUPME_TOKEN=GROUPME_TOKEN,
        USHER_GROUPME_API_URL=sandbox.groupme_url,
        USHER_GROUPME_CALLBACK_SECRET=SECRET,
    )


def settle(sandbox: Sandbox, settings: dict[str, str]) -> None:
    """Our bot is in the coach's group."""
    port = settings["USHER_HTTP_PORT"]
    sandbox.groupme.settle_bot(f"http://127.0.0.1:{port}/webhooks/groupme/{SECRET}")


async def said(sandbox: Sandbox, words: str) -> Post:
    """The bot's post that holds these words, once it is there."""

    def look() -> Post | None:
        posts = sandbox.groupme.posts(sandbox.groupme.find_group("Tigers").id)
        found = (one for one in posts if one.sender_type == "bot" and words in (one.text or ""))
        return next(found, None)

    post = await sandbox.telegram.wait_for(look, 20)
    assert post is not None
    return post


async def test_a_group_on_groupme_is_tied_and_welcomes_who_joins_on_telegram(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    settle(sandbox, settings)
    world = sandbox.groupme
    group, dana = world.find_group("Tigers"), world.find_account("Dana")
    async with usher(settings) as running:
        await until(running.is_ready)
        world.write_to_club(dana.id, "/newgroup Lions")
        await sandbox.telegram.wait_for(lambda: len(world.letters(dana.id)) > 1, 20)
        world.write(dana.id, group.id, "/bind")
        await said(sandbox, "now belongs to")
        world.write(dana.id, group.id, "/invite")
        link = (await said(sandbox, "/i/")).text or ""
        token = link.partition("/i/")[2].split()[0]
        sandbox.telegram.open_link(BOB, f"https://t.me/usher_sandbox_bot?start=j_{token}")
        tigers.tap_accept(await tigers._seen(lambda: tigers._shown(BOB)))
        await said(sandbox, "Welcome \u2068Bob\u2069")


@pytest.mark.fault(15)
async def test_while_groupme_is_down_telegram_goes_on(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    for method in ("GET /users/me", "GET /groups", "GET /chats"):
        sandbox.faults.add(Fault(method, times=10_000, status=502, body="<html>"))
    async with usher(settings) as running:
        await until(running.is_ready)
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")


async def test_the_secret_of_the_callback_is_made_once(sqlite_database: Database) -> None:
    settings, ground = load_settings({}, env_file=None), Ground(sqlite_database)
    made = [await callback_secret(settings, ground) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) >= 32
    assert len(await rows(sqlite_database, PlatformNote)) == 1


async def test_without_a_token_there_is_no_groupme(
    tigers: Team, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    async with usher(variables(sqlite_database_url, sandbox)) as running:
        await until(running.is_ready)
        assert (await running.get(f"/webhooks/groupme/{SECRET}"))[0] == 404
    assert sandbox.groupme_api.calls == []


async def test_both_rooms_of_a_group_welcome(
    tigers: Team, sandbox: Sandbox, settings: dict[str, str]
) -> None:
    settle(sandbox, settings)
    await _bind(tigers.cast, f"group:{sandbox.groupme.find_group('Tigers').id}")
    async with usher(settings):
        await tigers.accept(BOB)
        await tigers.welcomed("Bob")
        await said(sandbox, "Welcome \u2068Bob\u2069")


async def _bind(cast: Cast, address: str) -> None:
    """Tie a GroupMe room to the Tigers."""
    await cast.bind(address)
    moved = update(Chat).where(Chat.address == address).values(platform="groupme")
    await cast.write(lambda s: s.execute(moved).close())

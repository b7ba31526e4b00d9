"""/webhook: where a group's events are posted; its secret is shown once, in private."""

import pytest

from bot.dispatch import Defaults
from bot.own_site import Site
from core.access import Role
from core.webhooks import Webhook
from core.webhooks.fates import note_failure
from tests.bot.commands.talk import TEAM_ROOM, Talk, words
from tests.cast import Cast

SITE = Site("https://usher.example", b"a key of ours")
URL = "https://hooks.example.org/usher"


@pytest.fixture
def talk(sqlite_cast: Cast) -> Talk:
    return Talk(sqlite_cast, defaults=Defaults(site=SITE))


async def the_webhook(talk: Talk) -> Webhook:
    [row] = await talk.cast.rows(Webhook)
    return row


async def test_an_address_is_taken_and_its_secret_shown_once(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, f"/webhook {URL} events=invite.accepted")
    row = await the_webhook(talk)
    assert (row.url, row.events) == (URL, "invite.accepted")
    secret = SITE.webhook_secret(row.public_id, 1)
    assert secret in heard.text
    assert heard.answer.reply.secret
    assert secret not in str(await talk.everything())
    assert secret not in (await talk.say(talk.cast.alice, "/webhook")).text


async def test_the_list_shows_how_each_fares(talk: Talk) -> None:
    assert "is posted anywhere" in (await talk.say(talk.cast.alice, "/webhook")).text
    await talk.say(talk.cast.alice, f"/webhook {URL}")
    row = await the_webhook(talk)
    heard = await talk.say(talk.cast.alice, "/webhook")
    assert f"{row.public_id}: works" in heard.text
    assert heard.lines == [f"/webhook off {row.public_id}"]


async def test_one_that_was_switched_off_is_switched_on(talk: Talk) -> None:
    await talk.say(talk.cast.alice, f"/webhook {URL}")
    public_id = (await the_webhook(talk)).public_id
    await talk.cast.write(lambda s: note_failure(s, public_id, gone=True, now=talk.cast.now))
    heard = await talk.say(talk.cast.alice, "/webhook")
    assert "switched off on" in heard.text
    await talk.tap(talk.cast.alice, heard.lines[0])
    assert (await the_webhook(talk)).ended_at is None


async def test_another_secret_is_another_one(talk: Talk) -> None:
    await talk.say(talk.cast.alice, f"/webhook {URL}")
    public_id = (await the_webhook(talk)).public_id
    heard = await talk.say(talk.cast.alice, f"/webhook rotate {public_id}")
    assert SITE.webhook_secret(public_id, 2) in heard.text
    assert SITE.webhook_secret(public_id, 1) not in heard.text


async def test_a_removed_one_is_gone(talk: Talk) -> None:
    await talk.say(talk.cast.alice, f"/webhook {URL}")
    public_id = (await the_webhook(talk)).public_id
    await talk.tap(talk.cast.alice, f"/webhook off {public_id}")
    assert await talk.cast.rows(Webhook) == []


@pytest.mark.attack(58)
async def test_an_address_in_our_own_network_is_refused(talk: Talk) -> None:
    heard = await talk.say(talk.cast.alice, "/webhook https://169.254.169.254/latest")
    assert heard.text == words("webhook_url_private")


@pytest.mark.parametrize("line", ["", f" {URL}", " off whk_aaaaaaaa", " rotate whk_aaaaaaaa"])
async def test_charlie_and_bob_set_none(talk: Talk, line: str) -> None:
    before = await talk.everything()
    assert (await talk.say(talk.cast.charlie, f"/webhook{line}")).refused
    assert (await talk.say(talk.cast.bob, f"/webhook{line}")).refused
    assert await talk.everything() == before


async def test_in_a_room_neither_secret_nor_path_is_shown(talk: Talk) -> None:
    await talk.cast.bind()
    await talk.say(talk.cast.alice, f"/webhook {URL}")
    public_id = (await the_webhook(talk)).public_id
    heard = await talk.say(talk.cast.alice, "/webhook", TEAM_ROOM)
    assert "hooks.example.org" in heard.text
    assert URL not in heard.text
    for line in (f"/webhook {URL}", f"/webhook rotate {public_id}"):
        heard = await talk.say(talk.cast.alice, line, TEAM_ROOM)
        assert heard.text == words("only_in_private")
    assert (await the_webhook(talk)).generation == 1
    heard = await talk.tap(talk.cast.alice, f"/webhook off {public_id}", TEAM_ROOM)
    assert "hooks.example.org" in heard.text
    assert URL not in heard.text


@pytest.mark.parametrize("line", ["off", "rotate", "on a b", f"{URL} and more"])
async def test_what_is_half_said_is_explained(talk: Talk, line: str) -> None:
    assert "Something is missing" in (await talk.say(talk.cast.alice, f"/webhook {line}")).text


async def test_an_admin_of_the_group_above_may(talk: Talk) -> None:
    cubs = await talk.cast.group("Cubs", parent=talk.cast.tigers)
    dana = await talk.cast.somebody(role=Role.ADMIN)
    await talk.say(dana, f"/webhook {URL} group={cubs.id}")
    assert (await the_webhook(talk)).group_id == cubs.id

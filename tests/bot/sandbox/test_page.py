"""The page with the phones, driven as a newcomer would drive it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.bot.sandbox.page_fixtures import (
    BOB,
    DANA,
    ROOM,
    TOKEN,
    Stage,
    chromium,
    open_stage,
    playwright_api,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
expect = playwright_api.expect

ACCEPT = {"text": "Accept", "callback_data": "/accept inv_1"}
LINK = "https://t.me/usher_sandbox_bot?start=j_token"
# The smallest picture: one black pixel.
GIF = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Any) -> AsyncIterator[Stage]:
    async with open_stage(browser) as stage:
        yield stage


async def test_what_is_typed_reaches_the_update_queue(stage: Stage) -> None:
    await stage.field("Dana").fill("/newgroup Tigers")
    await stage.field("Dana").press("Enter")
    await expect(stage.phone("Dana").locator(".mine .text").last).to_contain_text(
        "/newgroup Tigers"
    )
    assert (DANA, "/newgroup Tigers") in await stage.texts()
    await expect(stage.field("Dana")).to_have_value("")


async def test_shift_enter_starts_a_new_line_instead_of_sending(stage: Stage) -> None:
    await stage.field("Dana").press_sequentially("one")
    await stage.field("Dana").press("Shift+Enter")
    await stage.field("Dana").press_sequentially("two")
    await expect(stage.field("Dana")).to_have_value("one\ntwo")


async def test_a_tapped_button_is_busy_until_the_bot_answers_with_a_toast(stage: Stage) -> None:
    await stage.say(BOB, "Dana invites you", [ACCEPT])
    button = stage.phone("Bob").get_by_role("button", name="Accept")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = await stage.tap_of()
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="You are in")
    await expect(stage.phone("Bob").locator(".toast")).to_have_text("You are in")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_an_alert_is_a_dialog_that_escape_closes(stage: Stage) -> None:
    await stage.say(BOB, "Dana invites you", [ACCEPT])
    button = stage.phone("Bob").get_by_role("button", name="Accept")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = await stage.tap_of()
    answer = {"callback_query_id": query["id"], "text": "Too late", "show_alert": True}
    await stage.bot("answerCallbackQuery", **answer)
    dialog = stage.page.get_by_role("alertdialog")
    await expect(dialog).to_contain_text("Too late")
    await stage.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(button).to_be_focused()


async def test_an_edited_message_changes_in_place(stage: Stage) -> None:
    first = await stage.say(BOB, "Dana invites you", [ACCEPT])
    await stage.say(BOB, "A later message")
    await stage.bot("editMessageText", chat_id=BOB, message_id=first, text="You are in")
    card = stage.phone("Bob").locator(f"[data-message-id='{first}']")
    await expect(card).to_contain_text("You are in")
    await expect(card.locator(".edited")).to_have_text("edited")
    await expect(card.locator(".key")).to_have_count(0)
    await expect(stage.phone("Bob").locator(".message").last).to_contain_text("A later message")


async def test_a_photo_is_shown_with_its_caption(stage: Stage) -> None:
    form = aiohttp.FormData({"chat_id": str(DANA), "caption": "Your QR code"})
    form.add_field("photo", GIF, filename="qr.gif", content_type="image/gif")
    url = f"{stage.sandbox.url}/bot{TOKEN}/sendPhoto"
    async with stage.http.post(url, data=form) as answer:
        assert (await answer.json())["ok"]
    photo = stage.phone("Dana").locator("img.photo")
    await expect(photo).to_have_js_property("naturalWidth", 1)
    await expect(stage.phone("Dana").locator(".text").last).to_contain_text("Your QR code")


async def test_a_link_handed_to_bob_sends_start_with_its_payload_from_there(stage: Stage) -> None:
    await stage.say(DANA, f"Pass this on: {LINK}")
    await stage.phone("Dana").get_by_role("button", name="Open on Bob").click()
    bubble = stage.phone("Bob").locator(".mine .text").last
    await expect(bubble).to_contain_text("/start")
    await expect(bubble).not_to_contain_text("j_token")
    assert (BOB, "/start j_token") in await stage.texts()


async def test_a_link_opens_on_the_phone_of_who_taps_it(stage: Stage) -> None:
    await stage.say(DANA, "Pass this on", [{"text": "Join", "url": LINK}])
    await stage.phone("Dana").get_by_role("button", name="Join").click()
    await expect(stage.phone("Dana").locator(".mine .text").last).to_contain_text("/start")
    assert (DANA, "/start j_token") in await stage.texts()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=window.hit=1><script>window.hit=1</script>",
        "\u202egnp.exe\u202d",
        "x" * 4096,
    ],
    ids=["markup", "direction", "length"],
)
async def test_hostile_text_is_only_text(stage: Stage, text: str) -> None:
    await stage.say(BOB, text)
    shown = stage.phone("Bob").locator(".message").last.locator(".text")
    await expect(shown).to_contain_text(text)
    assert await stage.page.evaluate("window.hit") is None
    assert await shown.locator("img, script").count() == 0
    log = stage.phone("Bob").locator(".log")
    assert await log.evaluate("node => node.scrollWidth <= node.clientWidth")


async def test_markup_outside_the_whitelist_is_never_built(stage: Stage) -> None:
    hostile = (
        '<b onclick="window.hit=1">bold</b><img src=x onerror="window.hit=1"><iframe></iframe>'
        '<a href="javascript:window.hit=1">tap</a><style>*{}</style>'
        '<svg onload="window.hit=1"></svg>'
    )
    built = await stage.page.evaluate(
        """async (html) => {
          const { renderRichText } = await import("/page/rich_text.js");
          const target = document.createElement("div");
          renderRichText({}, html, target);
          return target.innerHTML;
        }""",
        hostile,
    )
    assert built == "<b>bold</b>tap"
    assert stage.problems, "the policy of the page stands behind the whitelist"
    stage.problems.clear()


async def test_the_whole_way_works_by_keyboard(stage: Stage) -> None:
    await stage.bot("setMyCommands", commands=[{"command": "invite", "description": "Invite"}])
    await stage.press_until_focused("Tab", stage.field("Dana"))
    await stage.page.keyboard.type("/in")
    await expect(stage.phone("Dana").get_by_role("option")).to_have_text(["/inviteInvite"])
    await stage.page.keyboard.press("ArrowDown")
    await stage.page.keyboard.press("Enter")
    await expect(stage.field("Dana")).to_have_value("/invite ")
    await stage.page.keyboard.press("Enter")
    await stage.say(DANA, "Ready", [ACCEPT])
    button = stage.phone("Dana").get_by_role("button", name="Accept")
    await expect(button).to_be_visible()
    await stage.press_until_focused("Shift+Tab", button)
    await stage.page.keyboard.press("Enter")
    await expect(button).to_have_attribute("aria-busy", "true")


async def test_escape_closes_the_command_menu_and_keeps_the_text(stage: Stage) -> None:
    await stage.bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await stage.field("Dana").press_sequentially("/")
    await expect(stage.phone("Dana").get_by_role("listbox")).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await expect(stage.phone("Dana").get_by_role("listbox")).to_be_hidden()
    await expect(stage.field("Dana")).to_have_value("/")


async def test_a_narrow_window_shows_one_phone_and_never_scrolls_sideways(stage: Stage) -> None:
    await stage.say(BOB, "x" * 500, [ACCEPT, {"text": "Open", "url": LINK}])
    # What arrives on a phone that is not in sight counts as unread, in the name of its button.
    await expect(stage.phone("Bob").get_by_text("x" * 500)).to_be_visible()
    await stage.resize(390, 844)
    for name in ("Dana", "Bob", "Tigers room"):
        switcher = stage.page.locator("#switcher")
        await switcher.get_by_role("button", name=name, exact=True).click()
        await expect(stage.page.locator(".phone:visible")).to_have_count(1)
        width = await stage.page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= 390, name
    await expect(stage.phone("room")).to_be_visible()


async def test_news_on_a_phone_out_of_sight_are_counted_in_the_bar(stage: Stage) -> None:
    await stage.resize(390, 844)
    await stage.say(BOB, "Dana invites you")
    tab = stage.page.locator("#switcher").get_by_role("button", name="Bob")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()
    await expect(tab.locator(".badge")).to_have_count(0)


async def test_a_new_person_gets_a_phone(stage: Stage) -> None:
    await stage.page.get_by_role("button", name="Add person").click()
    await stage.page.get_by_label("First name").fill("Noa")
    await stage.page.get_by_role("dialog").get_by_role("button", name="Add").click()
    await expect(stage.phone("Noa").get_by_role("button", name="Start")).to_be_visible()
    await stage.phone("Noa").get_by_role("button", name="Start").click()
    await expect(stage.phone("Noa").locator(".mine .text")).to_contain_text("/start")
    await expect(stage.phone("Noa").get_by_role("button", name="Start", exact=True)).to_be_hidden()


async def test_a_new_room_gets_a_phone_in_which_its_maker_speaks(stage: Stage) -> None:
    await stage.page.get_by_role("button", name="Add room").click()
    await stage.page.get_by_label("Title").fill("Lions room")
    await stage.page.get_by_label("Made by").select_option("Bob")
    await stage.page.get_by_role("dialog").get_by_role("button", name="Add").click()
    room = stage.page.locator(".phone", has=stage.page.get_by_role("heading", name="Lions room"))
    await room.locator("textarea.field").fill("/bind")
    await room.locator("textarea.field").press("Enter")
    await expect(room.locator(".mine .text").last).to_contain_text("/bind")
    assert (BOB, "/bind") in await stage.texts()


async def test_a_refusal_stays_in_the_dialog(stage: Stage) -> None:
    await stage.page.get_by_role("button", name="Add person").click()
    await stage.page.get_by_label("First name").fill("Impostor")
    await stage.page.get_by_label("Username").fill("dana")
    await stage.page.get_by_role("dialog").get_by_role("button", name="Add").click()
    await expect(stage.page.locator("#person-dialog .form-error")).not_to_be_empty()
    await expect(stage.page.locator("#person-dialog")).to_be_visible()


async def test_messages_arrive_again_after_the_sandbox_was_restarted(stage: Stage) -> None:
    await stage.say(BOB, "Before the break")
    await stage.restart_while(
        expect(stage.page.locator("#link-state")).to_have_text("Reconnecting…")
    )
    await expect(stage.page.locator("#link-state")).to_have_text("Live")
    await expect(stage.phone("Bob")).not_to_contain_text("Before the break")
    await stage.say(BOB, "Back again")
    await expect(stage.phone("Bob").locator(".message").last).to_contain_text("Back again")


async def test_a_message_elsewhere_is_counted_on_its_tab(stage: Stage) -> None:
    await stage.say(ROOM, "Welcome, Bob")
    tab = stage.phone("Dana").get_by_role("tab", name=re.compile("Tigers room"))
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()
    await expect(stage.phone("Dana").locator(".message").last).to_contain_text("Welcome, Bob")
    await expect(tab.locator(".badge")).to_have_count(0)


async def test_a_reader_who_scrolled_up_is_left_there(stage: Stage) -> None:
    for number in range(30):
        await stage.say(BOB, f"Line {number}")
    log = stage.phone("Bob").locator(".log")
    await expect(log.locator(".message").last).to_be_in_viewport()
    await log.evaluate("node => node.scrollTo(0, 0)")
    await expect(log.locator(".message").last).not_to_be_in_viewport()
    await stage.say(BOB, "The newest")
    await expect(stage.phone("Bob").get_by_role("button", name="Newest messages")).to_be_visible()
    assert await log.evaluate("node => node.scrollTop") == 0


async def test_a_room_appears_on_the_phone_of_who_is_added_to_it(stage: Stage) -> None:
    await stage.phone("room").get_by_role("button", name="Chat menu").click()
    await stage.page.get_by_role("menuitem", name="Add Bob").click()
    await stage.phone("Bob").get_by_role("tab", name="Tigers room").click()
    await expect(stage.phone("Bob").locator(".service").last).to_have_text("Dana added Bob")
    await stage.field("Bob").fill("/members")
    await stage.field("Bob").press("Enter")
    await expect(stage.phone("room").locator(".theirs").last).to_contain_text("/members")


async def test_a_person_who_blocked_the_bot_can_only_unblock(stage: Stage) -> None:
    await stage.phone("Bob").get_by_role("button", name="Chat menu").click()
    await stage.page.get_by_role("menuitem", name="Block Usher").click()
    await expect(stage.field("Bob")).to_be_hidden()
    await stage.phone("Bob").get_by_role("button", name="Unblock").click()
    await expect(stage.field("Bob")).to_be_visible()


async def test_starting_over_empties_the_phones(stage: Stage) -> None:
    await stage.say(BOB, "Old news")
    await stage.page.get_by_role("button", name="Start over").click()
    await stage.page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    await expect(stage.phone("Bob").locator(".message")).to_have_count(0)
    await expect(stage.phone("Dana")).to_contain_text("Type /newgroup Tigers")


async def test_new_messages_are_announced_once(stage: Stage) -> None:
    await stage.say(ROOM, "Welcome, Bob")
    news = stage.page.locator("#announcer p", has_text="Welcome, Bob")
    await expect(news).to_have_text("Tigers room. Usher: Welcome, Bob")


async def test_the_bot_s_keyboard_opens_the_phone_s_list_of_people(stage: Stage) -> None:
    wanted = {"request_id": 7, "request_name": True}
    keyboard = {"keyboard": [[{"text": "Choose a person", "request_users": wanted}]]}
    markup = keyboard | {"one_time_keyboard": True}
    await stage.bot("sendMessage", chat_id=DANA, text="Whom?", reply_markup=markup)
    button = stage.phone("Dana").get_by_role("button", name="Choose a person")
    await button.click()
    await stage.page.get_by_role("radio", name="Bob").check()
    await stage.page.get_by_role("button", name="Choose", exact=True).click()
    await expect(stage.phone("Dana")).to_contain_text("Dana chose Bob for Usher")
    await expect(button).to_have_count(0)
    update = (await stage.bot("getUpdates"))[-1]
    assert update["message"]["users_shared"]["users"] == [{"user_id": BOB, "first_name": "Bob"}]


async def test_a_phone_asks_to_join_and_the_room_shows_it_and_lets_them_in(stage: Stage) -> None:
    await stage.phone("Bob").get_by_role("button", name="Chat menu").click()
    await stage.page.get_by_role("menuitem", name="Ask to join Tigers room").click()
    await expect(stage.phone("Bob").locator(".toast")).to_contain_text("Asked to join")
    await expect(stage.phone("room").locator(".request")).to_contain_text("Bob asks to join")
    assert "chat_join_request" in (await stage.bot("getUpdates"))[-1]
    await stage.phone("room").get_by_role("button", name="Admit Bob").click()
    await expect(stage.phone("room").locator(".request")).to_have_count(0)
    assert stage.sandbox.telegram.room(ROOM).member(BOB).inside


CARD = {
    "type": "article",
    "id": "1",
    "title": "Invite to Tigers",
    "description": "team: everybody here can join",
    "input_message_content": {"message_text": "Dana invites you to Tigers."},
    "reply_markup": {"inline_keyboard": [[{"text": "Join", "callback_data": "/come x"}]]},
}


async def offer(stage: Stage, *results: dict[str, Any], **more: Any) -> None:
    """The bot answers the latest question."""
    asked = list(stage.sandbox.telegram.inline_queries)[-1]
    await stage.bot("answerInlineQuery", inline_query_id=asked, results=results, **more)


async def ask(stage: Stage, name: str) -> None:
    """Somebody types the bot's name in the room."""
    await stage.phone(name).get_by_role("tab").nth(1).click()
    async with stage.page.expect_response("**/play/inline"):
        await stage.field(name).press_sequentially("@usher_sandbox_bot tig")


async def test_the_bot_s_name_in_a_room_offers_cards_and_posts_the_chosen_one(
    stage: Stage,
) -> None:
    await ask(stage, "Dana")
    await offer(stage, CARD)
    await stage.phone("Dana").get_by_role("option", name="Invite to Tigers").click()
    posted = stage.phone("room").locator(".message").last
    await expect(posted).to_contain_text("via @usher_sandbox_bot")
    await expect(stage.field("Dana")).to_have_value("")
    await posted.get_by_role("button", name="Join").click()
    query = await stage.tap_of()
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="You are in")
    await expect(stage.phone("room").locator(".toast")).to_have_text("You are in")


async def test_cards_can_be_chosen_by_the_keyboard_alone(stage: Stage) -> None:
    await ask(stage, "Dana")
    await offer(stage, CARD)
    await expect(stage.phone("Dana").get_by_role("option")).to_have_count(1)
    await stage.field("Dana").press("ArrowDown")
    await stage.field("Dana").press("Enter")
    await expect(stage.phone("Dana").locator(".message").last).to_contain_text("Dana invites you")


async def test_who_is_offered_nothing_is_led_to_the_bot(stage: Stage) -> None:
    await ask(stage, "Dana")
    await offer(stage, button={"text": "Found a group first", "start_parameter": "inline"})
    await stage.phone("Dana").get_by_role("option", name="Found a group first").click()
    world = stage.sandbox.telegram
    await world.wait_for(
        lambda: any(one.text == "/start inline" for one in world.logs[DANA].values()), timeout=10
    )

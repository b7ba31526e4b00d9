"""The client of the Cloud API: what it sends, what it reads, and that no secret gets out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import WHATSAPP_TOKEN, Sandbox
from bot.sandbox.whatsapp.things import Template
from bot.sandbox.whatsapp.world import BUSINESS_ID, PHONE_ID
from bot.whatsapp_api import WhatsAppApi, WhatsAppError
from bot.whatsapp_calls import WhatsApp, template_in
from bot.whatsapp_text import text_message

SEND = "POST /messages"
DANA = "+12025550101"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox("1000000001:SANDBOX-beside-whatsapp-00000000000000")
    await running.start()
    running.whatsapp.quiet = True
    running.whatsapp.write(DANA[1:], "hello")
    yield running
    await running.stop()


@pytest.fixture
async def whatsapp(sandbox: Sandbox) -> AsyncIterator[WhatsApp]:
    running = WhatsApp(WhatsAppApi(WHATSAPP_TOKEN, sandbox.whatsapp_url), PHONE_ID)
    yield running
    await running.close()


async def refused(whatsapp: WhatsApp, address: str = DANA) -> WhatsAppError:
    with pytest.raises(WhatsAppError) as caught:
        await whatsapp.send(address, text_message("hi"))
    assert WHATSAPP_TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value


async def test_a_number_is_written_to_by_its_digits_and_an_id_as_recipient(
    whatsapp: WhatsApp, sandbox: Sandbox
) -> None:
    await whatsapp.send(DANA, text_message("hi"))
    await whatsapp.send(sandbox.whatsapp.find("Dana").user_id, text_message("hi"))
    numbered, scoped = sandbox.whatsapp_api.calls
    assert (numbered["to"], "recipient" in numbered) == (DANA[1:], False)
    assert (scoped["recipient"], "to" in scoped) == (sandbox.whatsapp.find("Dana").user_id, False)


async def test_the_message_s_id_is_told(whatsapp: WhatsApp, sandbox: Sandbox) -> None:
    sent_id = await whatsapp.send(DANA, text_message("hi"))
    assert sent_id == sandbox.whatsapp.sent_to(DANA[1:])[-1].id


@pytest.mark.fault(54)
async def test_a_refusal_has_meta_s_code_and_words(whatsapp: WhatsApp) -> None:
    error = await refused(whatsapp, "+12025550199")
    assert (error.code, error.sent) == (131026, False)
    assert error.reason == "400 (#131026) Message undeliverable"


@pytest.mark.fault(54)
async def test_a_wrong_token_is_code_190(sandbox: Sandbox) -> None:
    stranger = WhatsApp(WhatsAppApi("another", sandbox.whatsapp_url), PHONE_ID)
    try:
        assert (await refused(stranger)).code == 190
    finally:
        await stranger.close()


async def test_no_answer_is_told_from_never_sent(whatsapp: WhatsApp, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(SEND, drop="after"))
    assert (await refused(whatsapp)).is_unknown
    await sandbox.stop()
    assert not (await refused(whatsapp)).is_unknown


@pytest.mark.parametrize("body", ["<html>", "[]", "null", '{"messages": 7}', "[" * 9999])
async def test_an_answer_of_another_form_is_an_error(
    whatsapp: WhatsApp, sandbox: Sandbox, body: str
) -> None:
    sandbox.faults.add(Fault(SEND, status=200, body=body))
    assert (await refused(whatsapp)).code is None


async def test_our_number_names_its_business(whatsapp: WhatsApp) -> None:
    number = await whatsapp.number()
    assert (number.name, number.business_id) == ("Usher club", BUSINESS_ID)


async def test_templates_are_read_to_the_last_page(whatsapp: WhatsApp, sandbox: Sandbox) -> None:
    sandbox.whatsapp.templates = [Template(f"t{n}", "Hello {{1}}") for n in range(250)]
    listed = await whatsapp.templates(BUSINESS_ID)
    assert [one.name for one in listed] == [f"t{n}" for n in range(250)]


def test_a_template_is_read_with_its_places_and_what_we_lack() -> None:
    positional = template_in({"components": [{"type": "BODY", "text": "{{2}} asks {{1}}, {{2}}"}]})
    assert (positional.fields, positional.is_named) == (("1", "2"), False)
    picture = template_in({"components": [{"type": "HEADER", "format": "IMAGE"}]})
    assert picture.needs == "image"
    link = {"type": "URL", "url": "https://usher.test/{{1}}"}
    assert template_in({"components": [{"type": "BUTTONS", "buttons": [link]}]}).needs == "link"


@pytest.mark.attack(58)
@pytest.mark.parametrize("business_id", ["../me", "1?x=1", ""])
async def test_what_is_no_id_never_gets_into_a_path(whatsapp: WhatsApp, business_id: str) -> None:
    with pytest.raises(WhatsAppError, match="no id"):
        await whatsapp.templates(business_id)

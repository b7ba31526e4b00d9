"""What we send, and what the emulation posts and answers, fit Meta's own description."""

from __future__ import annotations

from typing import Any

import pytest

from bot.command import Button
from bot.sandbox.whatsapp.checks import check_content, check_envelope
from bot.sandbox.whatsapp.errors import Refusal
from bot.texts import Reader, say
from bot.whatsapp_text import tappable, template_message, text_message
from core.message_templates import MessageTemplate
from tests.bot.sandbox.whatsapp_spec import problems

READER = Reader("en", "UTC")
TO = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "12025550101"}
TEMPLATE = MessageTemplate(
    name="usher_invite",
    language="en",
    fields=["1", "2"],
    is_named=False,
    buttons=2,
    status="APPROVED",
)
KINDS = {
    "text": "TextMessage",
    "interactive": "InteractiveMessage",
    "template": "TemplateMessage",
    "image": "ImageMessage",
    "document": "DocumentMessage",
}


def buttons(count: int) -> list[list[Button]]:
    return [[Button(say("Number {number}", number=n), f"/help {n}")] for n in range(count)]


def filled() -> dict[str, Any]:
    return template_message(TEMPLATE, {"a": "Dana", "b": "Tigers"}, ["/accept x", "/decline x"])


SENT = [
    text_message("Hello"),
    tappable("Which?", buttons(3), READER),
    tappable("Which?", buttons(10), READER),
    filled(),
    {"type": "image", "image": {"id": "1", "caption": "A picture"}},
    {"type": "document", "document": {"id": "1", "filename": "a.csv"}},
]


@pytest.mark.parametrize("message", SENT, ids=lambda one: str(one["type"]))
def test_what_we_send_is_as_meta_describes_it(message: dict[str, Any]) -> None:
    assert problems(KINDS[message["type"]], {**TO, **message}) == []


@pytest.mark.parametrize("message", SENT, ids=lambda one: str(one["type"]))
def test_the_emulation_takes_what_meta_describes(message: dict[str, Any]) -> None:
    check_envelope({**TO, **message})
    check_content(message["type"], message)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text", {}),
        ("text", {"body": ""}),
        ("interactive", {"type": "button", "body": {"text": "x"}, "action": {"buttons": []}}),
        ("interactive", {"type": "button", "action": {"buttons": []}}),
        ("template", {"language": {"code": "en"}}),
        ("template", {"name": "a"}),
    ],
)
def test_the_emulation_refuses_what_meta_does_not_describe(
    kind: str, content: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        check_content(kind, {kind: content})


@pytest.mark.parametrize("much", [{"body": "x" * 4097}, {"body": 7}, {"body": None}])
def test_the_emulation_knows_the_limits(much: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_content("text", {"text": much})

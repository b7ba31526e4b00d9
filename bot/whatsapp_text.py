"""What is said on WhatsApp, as the Cloud API takes it: text, answers to tap, templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.command import Button
from bot.groupme_text import Buttons
from bot.texts import FIRST_STRONG_ISOLATE, POP_ISOLATE, Reader, say
from core.events.spots import Spot
from core.message_templates import MessageTemplate
from core.names import cut

Message = dict[str, Any]

# Characters, counted in UTF-16 units, the strictest way (Cloud API, messages).
TEXT_LIMIT, BODY_LIMIT, CAPTION_LIMIT = 4096, 1024, 1024
MOST_BUTTONS, BUTTON_LIMIT = 3, 20
MOST_ROWS, ROW_LIMIT, HINT_LIMIT = 10, 24, 72
# A template's field takes no new line, no tab, and no more than four blanks in a row.
BLANKS = re.compile(r"\s*\n\s*|\t+| {2,}")
FIELD_LIMIT = 1000
ISOLATES = re.compile(f"[{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]")

CHOOSE = say("Choose")
YOUR_CHOICE = say("Tap what you want to do:")


def text_message(text: str) -> Message:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def location_message(spot: Spot) -> Message:
    """A place that opens in the phone's own map."""
    named = {"name": spot.title, "address": spot.address}
    degrees = {"latitude": spot.latitude, "longitude": spot.longitude}
    said = {name: value for name, value in named.items() if value}
    return {"type": "location", "location": {**degrees, **said}}


def is_tappable(buttons: Buttons) -> bool:
    """Whether all of them can be shown as answers to tap: ten at most, each another line."""
    lines = [button.line for button in shown_of(buttons)]
    return 0 < len(lines) <= MOST_ROWS and len(set(lines)) == len(lines)


def shown_of(buttons: Buttons) -> list[Button]:
    """Those with a line behind them. What only copies or shares stands in the text as well."""
    return [button for row in buttons for button in row if button.line]


def tappable(text: str, buttons: Buttons, reader: Reader) -> Message:
    """The text with up to three buttons below it, or a list of up to ten."""
    shown = shown_of(buttons)
    labels = [ISOLATES.sub("", reader.plain(button.label)).strip() for button in shown]
    lines = [button.line for button in shown]
    small = len(labels) <= MOST_BUTTONS and len(set(labels)) == len(labels)
    if small and all(_units(label) <= BUTTON_LIMIT for label in labels):
        kind, action = "button", _buttons(lines, labels)
    else:
        kind, action = "list", _list(lines, labels, reader)
    body = {"text": text}
    return {"type": "interactive", "interactive": {"type": kind, "body": body, "action": action}}


def _buttons(lines: Sequence[str], labels: Sequence[str]) -> Message:
    replies = [
        {"type": "reply", "reply": {"id": line, "title": label}}
        for line, label in zip(lines, labels, strict=True)
    ]
    return {"buttons": replies}


def _list(lines: Sequence[str], labels: Sequence[str], reader: Reader) -> Message:
    rows = [_row(line, label) for line, label in zip(lines, labels, strict=True)]
    title = cut(reader.plain(CHOOSE), BUTTON_LIMIT)
    return {"button": title, "sections": [{"title": title, "rows": rows}]}


def _row(line: str, label: str) -> Message:
    """What is too long for the title stands below it in full."""
    if _units(label) <= ROW_LIMIT:
        return {"id": line, "title": label}
    title = f"{cut(label, ROW_LIMIT - 1)}…"
    return {"id": line, "title": title, "description": cut(label, HINT_LIMIT)}


def template_message(
    template: MessageTemplate, fields: Mapping[str, str], lines: Sequence[str]
) -> Message:
    """The template filled in. Its answers carry the lines, as far as it has answers."""
    components: list[Message] = []
    if template.fields:
        components.append({"type": "body", "parameters": _parameters(template, fields)})
    for index, line in enumerate(lines[: template.buttons]):
        payload = [{"type": "payload", "payload": line}]
        components.append(
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": str(index),
                "parameters": payload,
            }
        )
    named = {"name": template.name, "language": {"code": template.language}}
    return {"type": "template", "template": {**named, "components": components}}


def _parameters(template: MessageTemplate, fields: Mapping[str, str]) -> list[Message]:
    if template.is_named:
        return [
            {"type": "text", "parameter_name": name, "text": _fitting(fields[name])}
            for name in template.fields
        ]
    return [{"type": "text", "text": _fitting(value)} for value in fields.values()]


def _fitting(value: str) -> str:
    """On one line and never empty, as a field must be."""
    flat = BLANKS.sub(" ", value).strip()
    return cut(flat, FIELD_LIMIT) or "–"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

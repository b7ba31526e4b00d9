"""Templates as the emulated Meta keeps them, and what filling one in makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.sandbox.whatsapp.errors import Refusal
from bot.sandbox.whatsapp.things import Template

# A field takes no new line, no tab, and no more than four blanks in a row.
UNFIT = re.compile(r"[\n\t]| {5,}")
STATUS_CODES = {"PAUSED": 132015, "DISABLED": 132016}

FIRST = (
    Template(
        "usher_invite",
        "{{inviter}} invites you to {{group}}, as {{role}}. Would you like to join?",
        ("Accept", "Decline"),
        category="MARKETING",
    ),
    Template("usher_welcome", "Welcome {{person}} to {{group}}!"),
    Template(
        "usher_contract", "{{player}} has a signed contract with {{group}}. {{next}} Welcome!"
    ),
    Template(
        "usher_rsvp",
        "You are invited to {{event}}: {{when}}, {{place}}. Are you coming? Your page:"
        " {{link}} – it is for you alone.",
        ("Yes", "No", "Maybe"),
    ),
    Template("usher_news", "News from your groups: {{text}} Answer here to hear more."),
    Template("usher_news", "חדשות מהקבוצות שלך: {{text}} אפשר להשיב כאן.", language="he"),
)


def fill(templates: Sequence[Template], content: Mapping[str, Any]) -> dict[str, Any]:
    """What is seen of it: words and buttons. Raises Refusal with the 132xxx that Meta gives."""
    wanted = content["name"], content["language"]["code"]
    found = next((one for one in templates if (one.name, one.language) == wanted), None)
    if found is None or found.status in ("PENDING", "REJECTED"):
        raise Refusal(132001, f"{wanted[0]} in {wanted[1]}")
    if found.status != "APPROVED":
        raise Refusal(STATUS_CODES[found.status], found.name)
    parts = content.get("components") or []
    bodies = [part["parameters"] for part in parts if part.get("type") == "body"]
    buttons = [part for part in parts if part.get("type") == "button"]
    return {
        "text": found.filled(_values(found, bodies[0] if bodies else [])),
        "buttons": _answers(found, buttons),
        "template": found.name,
    }


def _values(template: Template, given: list[Mapping[str, Any]]) -> list[str]:
    if len(given) != len(template.places):
        raise Refusal(132000, f"{len(given)} given, {len(template.places)} expected")
    if template.is_named:
        by_name = {one.get("parameter_name"): one for one in given}
        if set(by_name) != set(template.places):
            raise Refusal(132000, "other names than in the template")
        given = [by_name[place] for place in template.places]
    values = [one.get("text") for one in given]
    if not all(isinstance(value, str) and value and not UNFIT.search(value) for value in values):
        raise Refusal(132012, "a text without new lines, tabs or many blanks is expected")
    return [str(value) for value in values]


def _answers(template: Template, given: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    payloads = dict(enumerate(template.buttons))
    for part in given:
        index = str(part.get("index"))
        if part.get("sub_type") != "quick_reply" or not index.isdigit():
            raise Refusal(132012, "a button that is no quick reply")
        if int(index) not in payloads:
            raise Refusal(132000, "a button that the template does not have")
        payloads[int(index)] = str(part["parameters"][0]["payload"])
    return [
        {"id": payloads[at], "title": title, "kind": "button"}
        for at, title in enumerate(template.buttons)
    ]

"""Checks objects against the reduced description of the Bot API."""

import json
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads(
    Path(__file__).with_name("bot_api_schema.json").read_text(encoding="utf-8")
)
SCALARS: dict[str, type] = {"Integer": int, "String": str, "Boolean": bool}


def problems_of_answer(method: str, result: object) -> list[str]:
    """What is wrong with a method's answer; empty when it is as described."""
    return problems(SCHEMA["methods"][method]["returns"], result, method)


def problems(kind: str, value: object, place: str) -> list[str]:
    """What is wrong with a value of this type, each with its place."""
    if " or " in kind:
        return _best([problems(one, value, place) for one in kind.split(" or ")])
    if kind.startswith("Array of "):
        return _array(kind.removeprefix("Array of "), value, place)
    if kind == "True":
        return [] if value is True else [f"{place}: {value!r} is not true"]
    if kind in SCALARS:
        return [] if type(value) is SCALARS[kind] else [f"{place}: {value!r} is no {kind}"]
    if kind not in SCHEMA["types"]:
        return [f"{place}: the type {kind} is not in the reduced schema"]
    return _structure(SCHEMA["types"][kind], kind, value, place)


def _best(attempts: list[list[str]]) -> list[str]:
    return min(attempts, key=len)


def _array(kind: str, value: object, place: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{place}: {value!r} is no Array"]
    return [text for n, one in enumerate(value) for text in problems(kind, one, f"{place}[{n}]")]


def _structure(described: dict[str, Any], kind: str, value: object, place: str) -> list[str]:
    if "any_of" in described:
        return _best([problems(one, value, place) for one in described["any_of"]])
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no {kind}"]
    fields = described["fields"]
    unknown = [f"{place}.{name}: {kind} has no such field" for name in value if name not in fields]
    missing = [
        f"{place}.{name}: missing in {kind}"
        for name, (_, required) in fields.items()
        if required and name not in value
    ]
    inner = [
        text
        for name, one in value.items()
        if name in fields
        for text in problems(fields[name][0], one, f"{place}.{name}")
    ]
    return unknown + missing + inner

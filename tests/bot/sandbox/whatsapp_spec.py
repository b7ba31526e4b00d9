"""Meta's own description of the messaging API, as a validator; its known flaws patched in memory.

It is looked for in the folder that SPECS names, or in `shared/specs` beside the repository.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

NAME = "whatsapp-business-messaging-api-v23.0.yaml"
BESIDE = Path(__file__).parents[4] / "shared" / "specs"
WRONG_INDEX = "^[2-6, 11-14]$"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _description() -> dict[str, Any]:
    path = Path(os.environ.get("SPECS", BESIDE)) / NAME
    if not path.is_file():
        pytest.skip(f"{NAME} is not here: SPECS names its folder")
    return _patched(yaml.load(path.read_text(), Loader=LOADER))  # noqa: S506 - a safe loader


def _patched(described: dict[str, Any]) -> dict[str, Any]:
    """As published it refuses every message: `allOf` beside `additionalProperties: false`, a
    button's index "0", and a language without a policy.
    """
    schemas = described["components"]["schemas"]
    for schema in schemas.values():
        _open(schema)
    _without_required(schemas["LanguageObject"], "policy")
    return described


def _open(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        if node.get("pattern") == WRONG_INDEX:
            del node["pattern"]
        for child in node.values():
            _open(child)
    elif isinstance(node, list):
        for child in node:
            _open(child)


def _without_required(schema: dict[str, Any], name: str) -> None:
    schema["required"] = [one for one in schema.get("required", []) if one != name]


def problems(name: str, value: Any) -> list[str]:
    """What is wrong with `value` by the schema of that name."""
    described = _description()
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    found = jsonschema.Draft202012Validator(schema).iter_errors(value)
    return [f"{'/'.join(map(str, one.path))}: {one.message[:160]}" for one in found]

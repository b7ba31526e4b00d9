"""Reads a JSON object from strangers, strictly: what is let in can be stored and read again."""

from __future__ import annotations

import json
import math
from typing import Any

# Telegram's own updates nest about ten deep.
DEEPEST = 100
LARGEST = 2**63  # what a database's integer, and any id of a platform, stays below


def read_object(body: bytes) -> dict[str, Any]:
    """The object in `body`, which must be UTF-8. Raises ValueError with a reason fit for a log.

    NaN, infinite and oversized numbers are refused, as PostgreSQL would refuse them later, and so
    is nesting at which other readers stop.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            parse_int=_read_int,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg}") from None
    if not isinstance(value, dict):
        raise ValueError(f"not an object but {type(value).__name__}")
    _check_depth(value)
    return value


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _read_float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _read_int(digits: str) -> int:
    if len(digits) > 20 or not -LARGEST <= int(digits) < LARGEST:
        raise ValueError("a number is too large")
    return int(digits)

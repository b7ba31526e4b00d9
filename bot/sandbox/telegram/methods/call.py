"""One call of the bot: its declared parameters, read and checked."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.world import World


@dataclass(frozen=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime_type: str
    data: bytes


@dataclass
class Call:
    """What a method works with; `args` holds only what was declared and given."""

    world: World
    args: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def number(self, name: str, default: int = 0) -> int:
        """An integer parameter."""
        return int(self.args.get(name, default))

    def text(self, name: str) -> str:
        """A string parameter, empty when absent."""
        return str(self.args.get(name, ""))

    def flag(self, name: str) -> bool:
        """A boolean parameter, false when absent."""
        return bool(self.args.get(name, False))


Params = dict[str, Callable[[str, str], Any]]


@dataclass(frozen=True)
class Method:
    """A method of the Bot API: `sends` is limited like messages, `changes` is in the ledger."""

    act: Callable[[Call], Any | Awaitable[Any]]
    params: Params
    sends: bool = False
    changes: bool = True


def integer(name: str, raw: str) -> int:
    """A whole number of at most 64 bits."""
    try:
        number = int(raw.strip())
    except ValueError:
        raise _wrong_type(name, "Number") from None
    if not -(2**63) <= number < 2**63:
        raise _wrong_type(name, "Number")
    return number


def string(_name: str, raw: str) -> str:
    """Any text."""
    return raw


def boolean(name: str, raw: str) -> bool:
    """`true`, `yes` or `1`, and their contraries."""
    value = raw.strip().lower()
    if value not in ("true", "yes", "1", "false", "no", "0", ""):
        raise _wrong_type(name, "Boolean")
    return value in ("true", "yes", "1")


def chat(_name: str, raw: str) -> int | str:
    """A chat's number, or the @name of a public one."""
    raw = raw.strip()
    return int(raw) if raw.lstrip("-").isascii() and raw.lstrip("-").isdigit() else raw


def _json(name: str, raw: str, kind: type, called: str) -> Any:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(value, kind):
        raise _wrong_type(name, called)
    return value


def json_object(name: str, raw: str) -> dict[str, Any]:
    """A JSON object."""
    found: dict[str, Any] = _json(name, raw, dict, "Object")
    return found


def json_array(name: str, raw: str) -> list[Any]:
    """A JSON array."""
    found: list[Any] = _json(name, raw, list, "Array")
    return found


def _wrong_type(name: str, called: str) -> Exception:
    return bad_request(f'field "{name}" must be of type {called}')


def read_arguments(method: Method, raw: dict[str, str]) -> dict[str, Any]:
    """The declared parameters with their types; unknown ones are ignored, as Telegram does."""
    return {name: read(name, raw[name]) for name, read in method.params.items() if name in raw}

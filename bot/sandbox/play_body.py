"""The JSON body of a play action, read field by field."""

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Body:
    """Fields of the body and of the path; each reader raises `ValueError` with a sentence."""

    fields: dict[str, Any]

    @classmethod
    def read(cls, given: object, path: dict[str, str]) -> "Body":
        """The path's numbers win over the body's."""
        if not isinstance(given, dict):
            raise ValueError("The body must be a JSON object.")
        return cls(given | {name: int(value) for name, value in path.items()})

    def _get(self, name: str, kind: type, called: str) -> Any:
        value = self.fields.get(name)
        if value is not None and (type(value) is not kind):
            raise ValueError(f"{name} must be {called}.")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A string, or None."""
        return self._get(name, str, "a string") or None

    def text(self, name: str) -> str:
        """A string that must be there."""
        found = self.maybe_text(name)
        if found is None:
            raise ValueError(f"{name} is missing.")
        return found

    def bytes(self, name: str) -> bytes:
        """A file in base64."""
        return b64decode(self.text(name), validate=True)

    def maybe_number(self, name: str) -> int | None:
        """A whole number, or None."""
        found: int | None = self._get(name, int, "a whole number")
        return found

    def number(self, name: str) -> int:
        """A whole number that must be there."""
        found = self.maybe_number(name)
        if found is None:
            raise ValueError(f"{name} is missing.")
        return found

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers that must be there."""
        found = self._get(name, list, "a list of whole numbers") or []
        if not all(type(one) is int for one in found):
            raise ValueError(f"{name} must be a list of whole numbers.")
        return list(found)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        found = self._get(name, bool, "true or false")
        return default if found is None else bool(found)

    def rights(self) -> dict[str, bool] | None:
        """Administrator rights: an object, or a list of those that are granted."""
        given = self.fields.get("rights")
        if isinstance(given, list):
            return {str(name): True for name in given}
        if given is not None and not isinstance(given, dict):
            raise ValueError("rights must be an object or a list.")
        return given

    def maybe_object(self, name: str) -> dict[str, Any] | None:
        """A JSON object, or None."""
        found: dict[str, Any] | None = self._get(name, dict, "an object")
        return found

    def seconds(self, name: str) -> float:
        """A length of time, 0 when absent."""
        value = self.fields.get(name, 0)
        if type(value) not in (int, float):
            raise ValueError(f"{name} must be a number of seconds.")
        return float(value)

    def degrees(self, name: str, most: int) -> float:
        """Degrees on the map, from minus `most` to `most`."""
        value = self.fields.get(name)
        if type(value) not in (int, float) or not abs(float(str(value))) <= most:
            raise ValueError(f"{name} must be degrees.")
        return float(str(value))

    def refuse_others(self, names: Iterable[str]) -> None:
        """Complain about a field that none of these names."""
        unknown = sorted(set(self.fields) - set(names))
        if unknown:
            raise ValueError(f"{unknown[0]} is not known here.")

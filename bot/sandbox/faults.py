"""Scripted faults: what goes wrong with the next calls of a method."""

from dataclasses import dataclass
from typing import Any

DROPS = (None, "before", "after")
DEFAULT_STATUS = 500
STATUSES = range(200, 600)


@dataclass
class Fault:
    """One script. `delay_s` (seconds) comes before the answer.

    With `status` or `body` the call has no effect and gets that answer; without them the call
    takes effect, and its answer is late or (with `drop`) never comes.
    """

    method: str
    times: int = 1
    status: int | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    body: str | None = None
    delay_s: float = 0.0
    drop: str | None = None
    chat_id: int | None = None

    def __post_init__(self) -> None:
        if self.drop not in DROPS:
            raise ValueError("A connection is dropped before or after acting.")
        if self.times < 1 or self.delay_s < 0:
            raise ValueError("A fault happens at least once, and no earlier than now.")
        if self.status is not None and self.status not in STATUSES:
            raise ValueError("A status is a number from 200 to 599.")

    @property
    def answers(self) -> bool:
        """Whether the fault itself is the answer."""
        return self.status is not None or self.body is not None or self.description is not None

    def matches(self, method: str, chat_id: int | str | None) -> bool:
        """`*` stands for every method."""
        same = self.method == "*" or self.method.lower() == method.lower()
        return same and self.chat_id in (None, chat_id)


class Faults:
    """All scripts, used up in the order in which they were written."""

    def __init__(self) -> None:
        self._scripts: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Script one more fault."""
        self._scripts.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self._scripts.clear()

    def take(self, method: str, chat_id: int | str | None) -> Fault | None:
        """The fault that befalls this call, if any; it counts as having happened."""
        for fault in self._scripts:
            if fault.matches(method, chat_id):
                fault.times -= 1
                if fault.times == 0:
                    self._scripts.remove(fault)
                return fault
        return None

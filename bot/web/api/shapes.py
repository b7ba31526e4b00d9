"""What all shapes of requests and answers share: strictness, ids, pages."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Item = TypeVar("Item")

LARGEST_ID = 2**63 - 1
MOST_ITEMS = 200
USUAL_ITEMS = 50


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold the character NUL")
    return text


Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Words = Annotated[str, Field(max_length=1000), AfterValidator(_storable)]


class Taken(BaseModel):
    """What is asked: a field that we don't know is refused rather than overlooked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


class ById(Taken):
    id: Number = Field(description="The number of the group.")


class Turn(Taken):
    """Which stretch of a long list."""

    limit: int = Field(USUAL_ITEMS, ge=1, le=MOST_ITEMS, description="How many at most.")
    cursor: Number | None = Field(
        None, description="The `next_cursor` of the page before; without it, the first page."
    )


class Items(Given, Generic[Item]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: int | None

"""A raw update -> Arrival: kept once, in its chat's lane, in a form that both databases take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.arrivals import ALLOWED_UPDATES, arrival_of
from core.database import Database
from core.inbox import InboxRow, keep
from tests.cast import NOW, rows

CHAT = {"id": -1007, "type": "supergroup"}
DANA = {"id": 7}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"chat": CHAT, "from": DANA}}, "-1007"),
        ({"edited_message": {"chat": CHAT, "from": DANA}}, "-1007"),
        ({"callback_query": {"from": DANA, "message": {"chat": CHAT}}}, "-1007"),
        ({"callback_query": {"from": DANA, "inline_message_id": "1"}}, "7"),
        ({"my_chat_member": {"chat": CHAT, "from": DANA}}, "-1007"),
        ({"chat_join_request": {"chat": CHAT, "from": DANA}}, "-1007"),
        ({"inline_query": {"from": DANA}}, "7"),
        ({"poll": {"id": "1"}}, ""),
        ({}, ""),
        ({"message": "nonsense"}, ""),
        ({"message": {"chat": "nonsense"}}, ""),
        ({"message": {"chat": {"id": "x" * 99}}}, "x" * 64),
    ],
)
def test_an_update_stands_in_the_lane_of_its_chat(update: dict[str, Any], lane: str) -> None:
    found = arrival_of({"update_id": 9, **update})
    assert (found.platform, found.external_id, found.lane) == ("telegram", "9", lane)


@pytest.mark.parametrize(
    ("update", "sender"),
    [
        ({"message": {"chat": CHAT, "from": DANA}}, "7"),
        ({"callback_query": {"from": DANA, "message": {"chat": CHAT, "from": {"id": 1}}}}, "7"),
        ({"chat_join_request": {"chat": CHAT, "from": DANA}}, "7"),
        ({"message": {"chat": CHAT}}, None),
        ({"message": {"from": {"id": "x" * 99}}}, "x" * 64),
        ({"message": "nonsense"}, None),
    ],
)
def test_an_update_names_its_sender(update: dict[str, Any], sender: str | None) -> None:
    assert arrival_of({"update_id": 9, **update}).sender == sender


@pytest.mark.fault(45)
@pytest.mark.parametrize("update_id", [None, "9", 1.5, True, 2**63, [], {}])
def test_an_update_without_a_usable_id_is_refused(update_id: object) -> None:
    with pytest.raises(ValueError, match="no id"):
        arrival_of({"update_id": update_id})


@pytest.mark.fault(44)
@pytest.mark.parametrize("update_id", [0, 1, 2**53 + 1, 2**63 - 1])
def test_any_whole_number_is_an_id(update_id: int) -> None:
    assert arrival_of({"update_id": update_id}).external_id == str(update_id)


@pytest.mark.fault(48)
def test_chat_member_is_asked_for_by_name() -> None:
    assert {"chat_member", "my_chat_member", "callback_query"} <= set(ALLOWED_UPDATES)


@pytest.mark.attack(47)
async def test_nul_and_lone_surrogates_are_kept_on_both_databases(database: Database) -> None:
    text = {"te\0xt": "a\0b\ud800", "list": ["\udfff", 1, None]}
    arrival = arrival_of({"update_id": 1, "message": text})
    await database.write(lambda s: keep(s, [arrival], now=NOW))
    [row] = await rows(database, InboxRow)
    assert row.payload["message"] == {"text": "ab?", "list": ["?", 1, None]}


@given(st.dictionaries(st.text(), JSON))
def test_whatever_comes_in_is_kept_as_text_that_can_be_written(update: dict[str, Any]) -> None:
    found = arrival_of({**update, "update_id": 1})
    repr(found.payload).encode()
    assert len(found.lane) <= 64

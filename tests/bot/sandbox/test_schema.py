"""The validator itself, and what the sandbox declares."""

import pytest

from bot.sandbox.telegram.methods import FAMILIES
from tests.bot.sandbox.schema import SCHEMA, problems, problems_of_answer

USER = {"id": 1, "is_bot": False, "first_name": "A"}
# Bot API 6.x spelled replies this way; the server still takes it.
FORMER_PARAMETERS = {"reply_to_message_id", "allow_sending_without_reply"}
METHODS = {name: method for family in FAMILIES for name, method in family.METHODS.items()}


def test_it_accepts_a_user_as_described() -> None:
    assert problems("User", USER, "user") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"nickname": "x"}, "user.nickname: User has no such field"),
        ({"id": "1"}, "user.id: '1' is no Integer"),
        ({"id": True}, "user.id: True is no Integer"),
        ({"last_name": None}, "user.last_name: None is no String"),
    ],
)
def test_it_names_what_is_wrong(change: dict[str, object], problem: str) -> None:
    assert problems("User", USER | change, "user") == [problem]


def test_it_misses_a_required_field() -> None:
    wrong = {"id": 1, "is_bot": False}
    assert problems_of_answer("getMe", wrong) == ["getMe.first_name: missing in User"]


def test_it_looks_into_arrays_and_unions() -> None:
    member = {"status": "left", "user": {"id": 1}}
    found = problems_of_answer("getChatAdministrators", [member])
    assert "getChatAdministrators[0].user.is_bot: missing in User" in found


def test_every_emulated_method_is_in_the_schema() -> None:
    assert set(METHODS) == set(SCHEMA["methods"])


@pytest.mark.parametrize("name", sorted(METHODS))
def test_declared_parameters_exist(name: str) -> None:
    known = set(SCHEMA["methods"][name]["parameters"])
    assert set(METHODS[name].params) - known <= FORMER_PARAMETERS

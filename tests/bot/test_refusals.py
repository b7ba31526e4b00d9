"""Every refusal of the core has its words, each kind, short and with a next step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from bot.command import Doubt, Place
from bot.refusals import REFUSALS, refuse
from bot.texts import Reader, Value, Verbatim, say
from core import errors
from core.access import Permission, Role
from core.errors import Conflict, CoreError
from core.groups import Kind
from core.invites import InviteStatus
from core.members.transfers import TransferState
from core.members.undo import UNDO_WINDOW
from tests.house import name, sources

ORDINARY: dict[str, Any] = {
    "limit": 4096,
    "left": 4,
    "webhook": "whk_kqwzrtnh",
    "option": Verbatim("uses"),
    "known": Verbatim("note=, role=, ttl=, uses="),
    "value": "5 hours",
    "shortest": timedelta(hours=1),
    "longest": timedelta(days=90),
    "most": 99_999,
    "role": Role.MEMBER,
    "status": "open",
    "who": "@some_username_of_32_characters_",
    "usage": Verbatim("/newgroup [kind] name"),
    "group": "Under 12s of Northfield",
    "inviter": "Alexandra Thompson",
    "room": "Northfield parents 2026",
    "least": Role.ADMIN,
    "permission": Permission.BIND_CHAT,
    "invite": "inv_kqwzrtnh",
    "command": Verbatim("/frobnicate"),
    "name": "Under 9s",
    "parent": "Northfield School",
    "proposal": "Under 9s 2",
    "request": "req_kqwzrtnh",
    "person": "Maximiliana Hohenstein",
    "giver": "Alexandra Thompson",
    "window": UNDO_WINDOW,
    "language": "Klingon",
    "zone": "Europe/Atlantis",
    "numbers": Verbatim("#17, #18"),
    "key": "key_kqwzrtnh",
    "word": "perhaps",
    "guest": "Maximiliana Hohenstein",
    "phone": "+972 50 123 4567",
    "other": "+972501234567",
    "template": "usher_invite_for_parents",
    "what": "header text",
    "wanted": "inviter, group, role",
    "given": "person, group",
    "colour": "turquoise",
    "ratio": "1.3",
    "contrast": "4.5",
    "ink": "#ffffff",
    "email": "maximiliana@hohenstein.example",
    "starts": datetime(2026, 12, 5, 18, 30, tzinfo=UTC),
    "fewest": 0,
    "when": "2026-12-05 18:30",
    "hour": "02:30",
    "instead": "03:30",
    "rule": "FREQ=WEEKLY;INTERVAL=2",
    "event": "Spring concert of the school",
    "contact": "Alexandra Thompson",
    "count": 12,
    "region": "Europe",
    "player": "Maximiliana Hohenstein",
    "link": "maps.example.org/northfield",
}
# What Telegram shows of the answer to a pressed button.
PASSING_LIMIT = 200
NEXT_STEP = re.compile(
    r"/\w+|\b(Ask|Try|Use|Give|Put|Choose|Write|Type|Send|Wait|Open|Add|speak|Make|Leave)\b|: "
)
# What the codes of refusals are composed with.
VALUES = "|".join([*Place, *InviteStatus, *TransferState])
HANDED_ON: dict[str, set[str]] = {
    "code": {"*"},
    "incoming.doubt.value": set(Doubt),
    "reason": {"invite_void", "invite_role_void"},
    "over": {"invite_archived", "invite_expired", "invite_void", "invite_role_void"},
}
ERRORS = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)}
# Their first or second argument is handed on as the code of a refusal.
MAKERS = ERRORS | {"_refusal", "turned_away"}


def _raised() -> Iterator[tuple[str, ast.expr]]:
    """Each expression that names the code of a refusal, with where it stands."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made = node.func.id
                if made in MAKERS - {"DatabaseUnavailable"} and node.args:
                    yield f"{name(path)}:{node.lineno}", node.args[-1]


def _codes(code: ast.expr) -> set[str]:
    """The codes that an expression may stand for."""
    match code:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=parts):
            pattern = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else f"({VALUES})"
                for part in parts
            )
            return {known for known in REFUSALS if re.fullmatch(pattern, known)}
        case _:
            return HANDED_ON.get(ast.unparse(code), set())


def _rendered(code: str) -> str:
    wanted = {field for _, field, _, _ in Formatter().parse(REFUSALS[code].msgid) if field}
    error = CoreError(code, **{field: ORDINARY[field] for field in wanted})
    return Reader("en", "UTC").plain(refuse(error).text)


def test_every_code_that_is_raised_anywhere_has_its_words() -> None:
    for where, code in _raised():
        assert _codes(code), f"{where}: no words for {ast.unparse(code)}"
        assert _codes(code) - {"*"} <= set(REFUSALS), where


def test_no_words_are_kept_that_nothing_raises() -> None:
    raised = set().union(*(_codes(code) for _, code in _raised()))
    assert set(REFUSALS) - raised == set()


def test_the_search_for_codes_finds_them() -> None:
    assert _codes(ast.parse("'anything'", mode="eval").body) == {"anything"}
    assert _codes(ast.parse("f'only_in_{x}'", mode="eval").body) == {
        "only_in_room",
        "only_in_private",
        "only_in_elsewhere",
    }
    assert _codes(ast.parse("something.else_", mode="eval").body) == set()
    assert len(list(_raised())) > 40


@pytest.mark.parametrize("status", sorted(set(InviteStatus) - {InviteStatus.PENDING}))
def test_however_an_invite_is_over_there_are_words_for_it(status: InviteStatus) -> None:
    assert f"invite_{status}" in REFUSALS


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_fits_where_it_is_told_in_passing(code: str) -> None:
    assert len(_rendered(code)) <= PASSING_LIMIT


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_ends_with_a_next_step(code: str) -> None:
    last = re.split(r"(?<=[.!?])\s+(?=[A-Z/])", _rendered(code))[-1]
    assert NEXT_STEP.search(last), last


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_blames_nobody_and_shouts_at_nobody(code: str) -> None:
    words = _rendered(code)
    assert "!" not in words
    assert not re.search(r"\b(invalid|error|illegal|forbidden|failed|denied)\b", words.casefold())


def test_roles_and_permissions_are_told_in_words() -> None:
    error = CoreError("not_allowed", group="Tigers", least=Role.ADMIN, permission=Permission.INVITE)
    assert (
        Reader("en", "UTC")
        .plain(refuse(error).text)
        .endswith("admin or above may invite people. Ask one of them.")
    )


@pytest.mark.parametrize(("label", "word"), [("coach", "coach"), (None, "admin")])
def test_a_role_is_refused_in_the_word_that_was_asked_for(label: str | None, word: str) -> None:
    error = CoreError(
        "role_above_yours", role=Role.ADMIN, label=label, kind=Kind.TEAM, group="Tigers"
    )
    told = Reader("en", "UTC").plain(refuse(error).text).translate({0x2068: None, 0x2069: None})
    assert f"the role {word} in" in told


def test_a_refusal_is_marked_as_one() -> None:
    assert refuse(Conflict("busy")).refused
    assert not refuse(Conflict("busy")).replaces


def test_a_field_that_nobody_can_read_is_a_bug() -> None:
    with pytest.raises(TypeError, match="object"):
        refuse(CoreError("group_unknown", group=object()))


@pytest.mark.parametrize("value", ["x", 1, timedelta(1), say("Accept"), Verbatim("x")])
def test_what_can_be_said_is_said_as_it_is(value: Value) -> None:
    text = refuse(CoreError("no_such_role", role=value)).text
    assert getattr(text, "fields", None) == {"role": value}

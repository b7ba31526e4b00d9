"""Each kind of group's own words for the roles."""

from __future__ import annotations

import pytest

from core.access import LABEL_LIMIT, Role
from core.errors import CoreError
from core.groups import Kind
from core.groups.labels import LABELS, known_words, labels_of, read_role, shown_label

WORDS = [(kind, word, role) for kind, words in LABELS.items() for word, role in words.items()]


@pytest.mark.parametrize(("kind", "word", "role"), WORDS)
def test_each_label_is_understood_and_shown_again(kind: Kind, word: str, role: Role) -> None:
    read, label = read_role(kind, word)
    assert read is role
    assert shown_label(kind, read, label) == word


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("role", Role)
def test_canonical_names_are_understood_everywhere(kind: Kind, role: Role) -> None:
    assert read_role(kind, role.value.upper()) == (role, None)


@pytest.mark.parametrize("kind", Kind)
def test_a_role_without_a_label_is_shown_by_its_canonical_name(kind: Kind) -> None:
    assert [shown_label(kind, role) for role in Role] == [role.value for role in Role]


@pytest.mark.parametrize("kind", Kind)
def test_every_word_that_a_kind_understands_is_told_beside_its_role(kind: Kind) -> None:
    told = known_words(kind)
    assert all(role.value in told for role in Role)
    assert all(word in told for role in Role for word in labels_of(kind, role))


def test_the_words_of_a_team_stand_behind_the_role_that_they_mean() -> None:
    told = "owner, admin (coach), editor (manager), member (player, parent), viewer"
    assert known_words(Kind.TEAM) == told


@pytest.mark.parametrize("word", ["group admin", "Group-Admin", " GROUP_ADMIN "])
def test_a_word_may_be_written_as_people_write(word: str) -> None:
    assert read_role(Kind.CLASS, word) == (Role.ADMIN, "group_admin")


@pytest.mark.parametrize("kind", Kind)
def test_a_system_admin_is_named_in_the_settings_only(kind: Kind) -> None:
    with pytest.raises(CoreError, match="system_admin_by_settings"):
        read_role(kind, "system_admin")


def test_another_kind_s_word_is_no_role_here() -> None:
    with pytest.raises(CoreError, match="no_such_role") as refusal:
        read_role(Kind.BAND, "coach")
    assert refusal.value.fields["known"] == "owner, admin, editor, member, viewer"


def test_a_label_that_no_longer_fits_its_role_is_not_shown() -> None:
    assert shown_label(Kind.TEAM, Role.VIEWER, "parent") == "viewer"


def test_labels_fit_their_column() -> None:
    assert max(len(word) for _, word, _ in WORDS) <= LABEL_LIMIT

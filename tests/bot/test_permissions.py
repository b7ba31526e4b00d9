"""The printed table of permissions is the one that decides."""

from __future__ import annotations

import subprocess
import sys

from bot.permissions import permissions_page
from bot.words import LABELS, PERMISSIONS
from core.access import Permission
from core.groups.labels import LABELS as DATA
from tests.house import ROOT


def test_the_documentation_says_what_the_data_says() -> None:
    written = (ROOT / "docs" / "permissions.md").read_text()
    assert written == permissions_page() + "\n", "print it again: python -m bot permissions"


def test_a_row_marks_the_roles_that_may() -> None:
    rows = permissions_page().splitlines()
    assert "| list the members | ✓ | ✓ | ✓ | ✓ | – |" in rows
    assert "| hand the group over | ✓ | – | – | – | – |" in rows
    assert "| admin | – | – | ✓ | ✓ | ✓ |" in rows


def test_the_command_prints_it_without_any_setting() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "permissions"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"USHER_DATABASE_URL": "nonsense", "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout == permissions_page() + "\n"


def test_every_permission_and_label_has_its_words() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert {word for words in DATA.values() for word in words} <= set(LABELS)

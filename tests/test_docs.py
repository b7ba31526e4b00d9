"""What the documentation says of the program is compared with the program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from bot.__main__ import COMMANDS as SUB_COMMANDS
from bot.app import STOP_PATIENCE_S
from bot.command import ANYWHERE, Place
from bot.commands import COMMANDS
from bot.config import VARIABLES
from bot.metrics import Metrics
from bot.web.health import (
    DATABASE_PATIENCE_S,
    DELIVERY_LIMIT_S,
    INBOX_LIMIT_S,
    POLL_LIMIT_S,
    TICK_LIMIT_S,
)
from core.access import LEAST_ROLE
from core.deliveries.claims import LEASE
from core.deliveries.retry import RetryPolicy
from core.schema import Base

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
UNUSED = "*(not used yet)*"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
SOURCE = re.compile(r"`((?:bot|core|migrations|tests|scripts)/[\w./-]*|\.[a-z]\w*[\w./-]*)`")
MADE_LATER = {".env", ".venv"}  # by people, and by make
LARGEST_PICTURE = 300_000


def table(page: str, first_column: str) -> list[list[str]]:
    """The rows of the first table with that heading."""
    rows = (ROOT / page).read_text().partition(f"\n| {first_column} |")[2].splitlines()[2:]
    cells = []
    for row in rows:
        if not row.startswith("|"):
            break
        found = re.split(r"(?<!\\)\|", row.strip("|"))
        cells.append([cell.strip().replace(r"\|", "|") for cell in found])
    assert cells, f"{page} has no table that begins with {first_column}"
    return cells


def env_example() -> Iterator[tuple[str, str, str]]:
    """Each variable with its default and the comment above it."""
    comment: list[str] = []
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
            continue
        if "=" in line:
            name, _, default = line.partition("=")
            yield name, default, " ".join(comment)
        comment.clear()


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_in(page: str) -> str:
    """The first fenced block of the section that tells of the house."""
    return (ROOT / page).read_text().partition("## The house")[2].split("```")[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [given or embedded for given, embedded in LINK.findall(page.read_text())]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        web = link.startswith("https://")
        if not web and (not target.exists() or (anchor and anchor not in anchors(target))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_source_that_is_named_exists(page: Path) -> None:
    named = SOURCE.findall(page.read_text())
    assert [name for name in named if name not in MADE_LATER and not (ROOT / name).exists()] == []


def test_the_settings_table_equals_the_example() -> None:
    shown = [
        (
            name.strip("`"),
            default.strip("`–"),
            meaning.removesuffix(UNUSED).replace("`", "").strip(),
        )
        for name, default, meaning in table("README.md", "variable")
    ]
    assert shown == list(env_example())
    assert [name for name, _, _ in shown] == list(VARIABLES)


def test_the_settings_that_are_said_to_be_unused_are_those_that_nothing_reads() -> None:
    sources = [path.read_text() for path in (ROOT / "bot").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"settings\.(\w+)", source)}
    said = {row[0].strip("`") for row in table("README.md", "variable") if UNUSED in row[2]}
    assert said == {variable for variable, name in VARIABLES.items() if name not in read}


def test_the_commands_table_holds_every_command_as_it_is_written() -> None:
    shown = [row[0].strip("`") for row in table("docs/commands.md", "command")]
    assert shown == [f"/{one.name} {one.usage}".rstrip() for one in COMMANDS]


def test_the_commands_table_says_where_each_command_works() -> None:
    names = {
        ANYWHERE: "anywhere",
        frozenset({Place.ELSEWHERE}): "other chats",
        frozenset({Place.ROOM}): "room",
        frozenset({Place.PRIVATE}): "private",
    }
    shown = [row[1] for row in table("docs/commands.md", "command")]
    assert shown == [names[one.places] for one in COMMANDS]


def test_the_commands_table_says_whose_role_suffices() -> None:
    rows = zip(COMMANDS, table("docs/commands.md", "command"), strict=True)
    shown = {one.name: row[2] for one, row in rows}
    guarded = {one.name: LEAST_ROLE[one.permission] for one in COMMANDS if one.permission}
    assert {name: shown[name] for name in guarded} == guarded


def test_the_sub_commands_are_those_of_the_command_line() -> None:
    shown = [row[0].strip("`") for row in table("docs/operations.md", "command")]
    assert shown == list(SUB_COMMANDS)


def test_every_metric_is_explained_with_its_labels() -> None:
    shown = {row[0].strip("`"): row[1] for row in table("docs/operations.md", "metric")}
    counted = {}
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            [family] = metric.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            counted[name] = ", ".join(f"`{label}`" for label in metric._labelnames)
    assert shown == counted


def test_the_checks_of_readiness_are_those_that_are_made() -> None:
    shown = {row[0].strip("`") for row in table("docs/operations.md", "check")}
    source = (ROOT / "bot" / "web" / "health.py").read_text()
    assert shown == set(re.findall(r'[Cc]heck\w*\(\s*"(\w+)"', source))


@pytest.mark.parametrize(
    "figure",
    [
        f"is finished within {STOP_PATIENCE_S:.0f} seconds",
        f"more than {STOP_PATIENCE_S:.0f} seconds to answer",
        f"lease of {LEASE.total_seconds():.0f} seconds",
        f"tried {RetryPolicy().attempts} times",
        f"answers within {DATABASE_PATIENCE_S:.0f} s",
        f"waited for {INBOX_LIMIT_S:.0f} s",
        f"due for {DELIVERY_LIMIT_S:.0f} s",
        f"at most {POLL_LIMIT_S:.0f} s ago",
        f"at most {TICK_LIMIT_S:.0f} s ago",
    ],
)
def test_the_figures_for_operators_are_those_of_the_program(figure: str) -> None:
    assert figure in (ROOT / "docs/operations.md").read_text()


def test_every_log_line_that_is_explained_is_one_that_is_written() -> None:
    shown = [line for row in table("docs/operations.md", "line") for line in row[0].split(", ")]
    logged = "".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    assert [line for line in shown if '"' + line.strip("`") + '"' not in logged] == []


def test_every_table_of_the_database_is_told_of() -> None:
    shown = {row[0].strip("`") for row in table("docs/architecture.md", "table")}
    assert shown == set(Base.metadata.tables)


def test_the_house_names_every_file_of_its_two_floors() -> None:
    listing = code_in("docs/architecture.md")
    drawn = set(re.findall(r"[\w]+\.py|\w+(?=/)", listing))
    present = {
        path.name
        for floor in ("core", "bot")
        for path in (ROOT / floor).iterdir()
        if not path.name.startswith("__") or path.name == "__main__.py"
    }
    assert present - drawn == set()
    assert {name for name in drawn if name.endswith(".py")} - present == set()


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size >= LARGEST_PICTURE] == []

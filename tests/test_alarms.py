"""deploy/alarms.yaml: each alarm asks for what is measured, and is explained."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.metrics import Metrics
from tests.house import ROOT

RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "alarms.yaml").read_text())["groups"]
    for rule in group["rules"]
]
PAGE = (ROOT / "docs" / "operations.md").read_text()
# Of what a page adds to those that each process counts.
OF_DATABASE = {"usher_database_up", "usher_rows", "usher_oldest_seconds", "usher_last_seconds"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_asks_for_a_metric_that_there_is(rule: dict[str, str]) -> None:
    counted = {f"{one.name}_total" for one in Metrics().registry.collect() if one.type == "counter"}
    named = set(re.findall(r"usher_[a-z_]+", rule["expr"]))
    assert named
    assert named <= counted | OF_DATABASE
    assert rule["expr"].count("(") == rule["expr"].count(")")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_what_an_alarm_means_stands_in_the_operations_page(rule: dict[str, str]) -> None:
    assert f"| `{rule['alert']}` |" in PAGE


def test_no_alarm_is_explained_that_does_not_exist() -> None:
    explained = re.findall(r"^\| `(Usher\w+)` \|", PAGE, re.MULTILINE)
    assert explained == [rule["alert"] for rule in RULES]


def test_every_metric_is_explained() -> None:
    counted = {f"{one.name}_total" for one in Metrics().registry.collect() if one.type == "counter"}
    measured = {name for name in counted if name.startswith("usher_")} | OF_DATABASE
    assert [name for name in sorted(measured) if f"| `{name}` |" not in PAGE] == []

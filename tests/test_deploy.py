"""deploy/: the unit for systemd and the compose file say what the program understands."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from typing import Any

import pytest
import yaml

from bot.__main__ import COMMANDS
from bot.app import STOP_PATIENCE_S
from bot.config import VARIABLES
from bot.watchdog import EXIT_STATUS
from tests.house import ROOT

DEPLOY = ROOT / "deploy"
OWN = {"USHER_DB_PASSWORD"}  # of the compose file, not of Usher


class Unit(RawConfigParser):
    """Keys of systemd as they are written."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture(scope="module")
def unit() -> Unit:
    parsed = Unit(strict=False)
    parsed.read(DEPLOY / "usher.service")
    return parsed


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.*")), ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: Any) -> None:
    named = set(re.findall(r"USHER_[A-Z_]+", path.read_text()))
    assert named - set(VARIABLES) - OWN == set()


def test_systemd_understands_the_unit() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    command = ["systemd-analyze", "verify", str(DEPLOY / "usher.service")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    complaints = [
        line
        for line in done.stderr.splitlines()
        if "usher.service" in line and "is not executable" not in line
    ]
    assert complaints == []


def test_systemd_waits_longer_than_the_process_and_restarts_what_ends_in_trouble(
    unit: Unit,
) -> None:
    service = unit["Service"]
    assert service["ExecStart"].endswith("python -m bot")
    assert int(service["TimeoutStopSec"]) > STOP_PATIENCE_S + 5
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"].split() == ["2"]
    assert str(EXIT_STATUS) != "2"


def test_compose_runs_commands_that_exist_and_waits_for_their_end(compose: dict[str, Any]) -> None:
    usher = compose["services"]["usher"]
    assert usher["command"] in COMMANDS
    assert int(usher["stop_grace_period"].removesuffix("s")) > STOP_PATIENCE_S + 5
    assert usher["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_compose_names_only_what_it_declares(compose: dict[str, Any]) -> None:
    services = compose["services"].values()
    mounted = {mount.split(":")[0] for one in services for mount in one.get("volumes", [])}
    assert mounted == set(compose["volumes"])
    assert all(one.get("image") or one.get("build") for one in services)


def test_compose_shows_nothing_to_the_network(compose: dict[str, Any]) -> None:
    ports = [port for one in compose["services"].values() for port in one.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []

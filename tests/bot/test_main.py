"""The command line: what it prints, and with which status it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import __main__ as command_line
from bot.sandbox.faults import Fault
from bot.sandbox.server import GROUPME_TOKEN, WHATSAPP_TOKEN, Sandbox
from bot.sandbox.whatsapp.world import PHONE_ID
from core.database import Database
from tests.faults.rig import (
    TOKEN,
    Process,
    Processes,
    free_port,
    until,
    variables,
)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    running = Processes(tmp_path)
    yield running
    running.end()


async def outcome(process: Process) -> tuple[int, list[str]]:
    """The exit status, and the lines that were written."""
    return await process.ended(), process.text().splitlines()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("USHER_HTTP_PORT", "eighty"),
        ("USHER_DATABASE_URL", "mysql://nowhere"),
        ("USHER_TELEGRAM_TOKEN", "no-such-form"),
        ("USHER_TELEGRAM_TOKE", "x"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    variable: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is
    monkeypatch.setattr("sys.argv", ["bot"])
    for foreign in [name for name in os.environ if name.startswith("USHER_")]:
        monkeypatch.delenv(foreign)  # the tests' own, and whatever the developer has set
    monkeypatch.setenv(variable, value)
    assert command_line.main() == 2
    told = capsys.readouterr().err
    assert told.startswith(variable)
    assert told.count("\n") == 1
    assert value == "x" or value not in told


async def test_a_taken_port_is_one_line_that_says_what_to_do(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, sandbox, USHER_LOG_LEVEL="INFO")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings["USHER_HTTP_PORT"])))
        taken.listen()
        status, lines = await outcome(processes.start(settings))
    assert (status, len(lines)) == (1, 1)
    assert settings["USHER_HTTP_PORT"] in lines[0]
    assert lines[0].endswith("set USHER_HTTP_PORT so that it and the next port are free.")


async def test_the_sandbox_s_port_may_be_taken_too(processes: Processes) -> None:
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        status, lines = await outcome(processes.start({"USHER_HTTP_PORT": str(port)}))
    assert (status, len(lines)) == (1, 1)
    assert str(port + 1) in lines[0]


async def test_a_database_out_of_reach_is_one_line_without_its_password(
    processes: Processes, sandbox: Sandbox
) -> None:
    away = f"postgresql+psycopg://u:pass-word@127.0.0.1:{free_port()}/db"
    status, lines = await outcome(processes.start(variables(away, sandbox)))
    assert (status, len(lines)) == (1, 1)
    assert "USHER_DATABASE_URL" in lines[0]
    assert "pass-word" not in lines[0]


async def test_a_newer_schema_is_one_line(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    await _set_revision(sqlite_database_url, "9999")
    settings = variables(sqlite_database_url, sandbox)
    status, lines = await outcome(processes.start(settings, "migrate"))
    assert (status, len(lines)) == (1, 1)
    assert "9999" in lines[0]


async def test_migrate_makes_the_database(processes: Processes, tmp_path: Path) -> None:
    settings = {"USHER_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/new.db"}
    for _ in range(2):
        process = processes.start(settings, "migrate")
        assert await outcome(process) == (0, ["The database is up to date."])
    assert (tmp_path / "new.db").stat().st_size > 0


async def test_check_tries_everything(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    process = processes.start(variables(sqlite_database_url, sandbox), "check")
    status, lines = await outcome(process)
    assert (status, [line.split()[:2] for line in lines]) == (
        0,
        [["settings", "ok"], ["database", "ok,"], ["telegram", "ok,"]],
    )
    assert "@usher_sandbox_bot" in lines[2]


@pytest.mark.attack(60)
async def test_check_tells_of_a_refused_token_without_showing_it(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    refused = TOKEN[:-1] + "x"
    settings = variables(sqlite_database_url, sandbox, USHER_TELEGRAM_TOKEN=refused)
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, len(lines)) == (1, 3)
    assert lines[2].startswith("telegram   FAILED 401")
    assert refused not in "".join(lines)


async def test_check_makes_no_database(
    processes: Processes, sandbox: Sandbox, tmp_path: Path
) -> None:
    missing = tmp_path / "missing.db"
    settings = variables(f"sqlite+aiosqlite:///{missing}", sandbox)
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, "the next start makes it" in lines[1], missing.exists()) == (0, True, False)


async def test_check_tells_whose_whatsapp_number_it_is(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    whatsapp = {
        "USHER_WHATSAPP_API_URL": sandbox.whatsapp_url,
        "USHER_WHATSAPP_TOKEN": WHATSAPP_TOKEN,
        "USHER_WHATSAPP_PHONE_NUMBER_ID": PHONE_ID,
        "USHER_WHATSAPP_APP_SECRET": "secret",
        "USHER_WHATSAPP_VERIFY_TOKEN": "word",
    }
    settings = variables(sqlite_database_url, sandbox, **whatsapp)
    status, lines = await outcome(processes.start(settings, "check"))
    told = "whatsapp   ok, Usher club; 5 of 5 templates are approved"
    assert (status, told in lines) == (0, True)
    settings["USHER_WHATSAPP_TOKEN"] = "another-token"
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, any("whatsapp   FAILED 401 (#190)" in line for line in lines)) == (1, True)


async def test_whatsapp_takes_all_of_its_settings_or_none(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, sandbox, USHER_WHATSAPP_TOKEN="abc")
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, lines[0].split()[0]) == (2, "USHER_WHATSAPP_PHONE_NUMBER_ID")


async def test_check_greets_the_mail_server(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    mail = {"USHER_SMTP_URL": sandbox.smtp_url, "USHER_MAIL_FROM": "Usher <usher@club.example>"}
    settings = variables(sqlite_database_url, sandbox, **mail)
    status, lines = await outcome(processes.start(settings, "check"))
    told = f"ok, {sandbox.smtp_url.removeprefix('smtp://')}, not encrypted, as usher@club.example"
    assert (status, lines[-1]) == (0, f"email      {told}")
    settings["USHER_SMTP_URL"] = "smtp://me:hunter22@127.0.0.1:1"
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, lines[-1][:17]) == (1, "email      FAILED")
    assert "hunter22" not in "".join(lines)


async def test_check_tells_whose_groupme_token_it_is(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    groupme = {"USHER_GROUPME_API_URL": sandbox.groupme_url, "USHER_GROUPME_TOKEN": GROUPME_TOKEN}
    settings = variables(sqlite_database_url, sandbox, **groupme)
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, lines[-1]) == (0, "groupme    ok, Club account")
    settings["USHER_GROUPME_TOKEN"] = "another-token"
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, lines[-1]) == (1, "groupme    FAILED 401 unauthorized")


async def test_check_fails_on_a_schema_from_the_future(
    processes: Processes, sandbox: Sandbox, sqlite_database: Database, sqlite_database_url: str
) -> None:
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await sqlite_database.write(lambda session: session.execute(newer).close())
    settings = variables(sqlite_database_url, sandbox)
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, "belongs to a newer version" in lines[1]) == (1, True)


async def test_check_tells_what_is_out_of_reach(processes: Processes, sandbox: Sandbox) -> None:
    away = f"postgresql+psycopg://u:pass-word@127.0.0.1:{free_port()}/db"
    settings = variables(away, sandbox, USHER_TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}")
    status, lines = await outcome(processes.start(settings, "check"))
    assert (status, [line.split()[1] for line in lines]) == (1, ["ok", "FAILED", "FAILED"])
    assert "pass-word" not in "".join(lines)


async def test_check_without_a_token_says_that_the_sandbox_would_start(
    processes: Processes, sqlite_database_url: str
) -> None:
    process = processes.start({"USHER_DATABASE_URL": sqlite_database_url}, "check")
    status, lines = await outcome(process)
    assert (status, "sandbox" in lines[2]) == (0, True)


async def test_healthcheck_asks_the_running_service_past_any_proxy(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    settings = variables(sqlite_database_url, sandbox)
    settings["http_proxy"] = f"http://127.0.0.1:{free_port()}"
    running = processes.start(settings)
    await until(running.is_ready)
    assert await outcome(processes.start(settings, "healthcheck")) == (0, [])
    running.signal(signal.SIGTERM)
    assert await running.ended() == 0
    status, lines = await outcome(processes.start(settings, "healthcheck"))
    assert (status, len(lines)) == (1, 1)


async def test_a_first_run_without_any_setting_plays_in_the_sandbox(
    processes: Processes,
) -> None:
    process = processes.start({"USHER_HTTP_PORT": str(free_port())})
    await until(process.is_ready)
    assert "/newgroup Tigers" in process.text()
    process.signal(signal.SIGINT)
    assert await process.ended() == 0


async def test_the_sandbox_alone_prints_what_a_bot_elsewhere_needs(
    processes: Processes,
) -> None:
    process = processes.start({"USHER_HTTP_PORT": str(free_port())}, "sandbox")
    await process.logged("USHER_TELEGRAM_TOKEN=")
    process.signal(signal.SIGTERM)
    assert await process.ended() == 0


@pytest.mark.parametrize("command", list(command_line.COMMANDS))
async def test_help_tells_each_command(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bot", "--help"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 0
    assert f"  {command} " in capsys.readouterr().out


async def test_an_unknown_command_is_refused(processes: Processes) -> None:
    status, lines = await outcome(processes.start({}, "dance"))
    assert (status, "dance" in lines[-1]) == (2, True)


@pytest.mark.attack(60)
async def test_no_log_line_at_debug_holds_the_token_whatever_goes_wrong(
    processes: Processes, sandbox: Sandbox, sqlite_database_url: str
) -> None:
    for script in ({"status": 401}, {"body": "<html>"}, {"drop": "before"}, {"status": 404}):
        sandbox.faults.add(Fault("*", **script))
    settings = variables(sqlite_database_url, sandbox)
    process = processes.start(settings)
    await process.logged("401")
    await until(process.is_ready)
    process.signal(signal.SIGTERM)
    assert await process.ended() == 0
    assert TOKEN.partition(":")[2] not in process.text()


async def _set_revision(url: str, revision: str) -> None:
    path = url.removeprefix("sqlite+aiosqlite:///")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()

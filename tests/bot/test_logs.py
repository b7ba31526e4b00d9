"""Logs: whatever is logged, by whom and however, no secret is in it."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any, Literal

import pytest
import structlog

from bot.config import load_settings
from bot.logs import FLOORS, set_up_logs
from bot.redaction import Redactor
from core.tokens import new_token

TOKEN = "1000000001:SANDBOX-abcdefghijklmnopqrstuvwxyz012345"
PASSWORD = 'pa"ss\\w/örd'
Format = Literal["console", "json"]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """What set_up_logs changes belongs to the whole process."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in FLOORS}
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture(params=["console", "json"])
def log_format(request: pytest.FixtureRequest) -> Format:
    chosen: Format = request.param
    return chosen


@pytest.fixture
def written(log_format: Format) -> Callable[[], str]:
    """Logs are set up, with a password among the secrets; call it for what was written."""
    stream = StringIO()
    set_up_logs(log_format=log_format, level="DEBUG", secrets=[PASSWORD], stream=stream)
    return stream.getvalue


@contextmanager
def without_pytest() -> Iterator[None]:
    """Its handlers raise for a line that cannot be formatted."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers[:] = [one for one in handlers if not type(one).__module__.startswith("_pytest")]
    yield
    root.handlers[:] = handlers


def fail(text: str) -> None:
    raise ValueError(text)


def log_message(text: str) -> None:
    structlog.get_logger("bot.test").info(f"sent to {text}")


def log_field(text: str) -> None:
    structlog.get_logger("bot.test").info("sent", url=text, nested={"deep": [text]})


def log_context(text: str) -> None:
    with structlog.contextvars.bound_contextvars(url=text):
        structlog.get_logger("bot.test").info("sent")


def log_exception(text: str) -> None:
    try:
        fail(text)
    except ValueError:
        structlog.get_logger("bot.test").exception("failed")


def log_chained(text: str) -> None:
    try:
        try:
            fail(text)
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        logging.getLogger("telegram.ext").exception("failed")


def log_foreign(text: str) -> None:
    logging.getLogger("httpx").warning('HTTP Request: GET %s "200 OK"', text)


def log_extra(text: str) -> None:
    logging.getLogger("aiohttp.server").error("failed", extra={"url": text})


def log_badly(text: str) -> None:
    with without_pytest():
        logging.getLogger("apscheduler").error("%d jobs", text)


def log_uncaught(text: str) -> None:
    try:
        fail(text)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def log_warning(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"do not use {text}", stacklevel=1)


WAYS = [
    log_message,
    log_field,
    log_context,
    log_exception,
    log_chained,
    log_foreign,
    log_extra,
    log_badly,
    log_uncaught,
    log_warning,
]
SECRETS = [
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    TOKEN.replace(":", "%3A"),
    f"ExtBot[token={TOKEN}]",
    PASSWORD,
    repr(PASSWORD),
    json.dumps({"password": PASSWORD}),
    "https://t.me/usherbot?start=j_" + "aB3-_" * 8 + "xyZ",
    "/start j_" + "aB3-_" * 8 + "xyZ",
    repr("line\nj_" + "aB3-_" * 8 + "xyZ"),
    "GET /i/" + "aB3-_" * 8 + "xyZ",
]
TRACES = ("SANDBOX", "aB3-_", "ss\\w", "pa%22ss")


@pytest.mark.attack(24)
@pytest.mark.attack(60)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("secret", SECRETS)
def test_no_way_of_logging_lets_a_secret_through(
    written: Callable[[], str], capsys: pytest.CaptureFixture[str], way: Any, secret: str
) -> None:
    way(secret)
    everything = written() + "".join(capsys.readouterr())
    assert everything.strip()
    assert [trace for trace in TRACES if trace in everything] == []


@pytest.mark.attack(60)
def test_settings_can_be_logged(written: Callable[[], str]) -> None:
    environ = {"USHER_TELEGRAM_TOKEN": TOKEN, "USHER_SMTP_URL": "smtp://me:hunter22@mail:587"}
    settings = load_settings(environ, env_file=None)
    structlog.get_logger("bot").info("starting", settings=settings, all=settings.model_dump())
    assert "starting" in written()
    assert "hunter22" not in written()
    assert "SANDBOX" not in written()


@pytest.mark.attack(60)
def test_a_line_that_cannot_be_written_is_told_without_its_arguments(
    written: Callable[[], str],
) -> None:
    with without_pytest():
        logging.getLogger("telegram").error("%d", PASSWORD)
    assert written() == "a line of the logger telegram was lost: TypeError\n"


@pytest.mark.parametrize(
    "text",
    [
        "started at 2026-11-20T18:30:00.123456Z on 127.0.0.1:8080",
        "test_a_name_that_is_long_but_only_has_small_letters_in_it",
        "inv_kqwzrtnh",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "telegram:42 group -1001234567890",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor([PASSWORD, "abc"]).redact(text) == text


@pytest.mark.attack(60)
def test_every_invite_token_is_recognised() -> None:
    redactor = Redactor()
    for _ in range(200):
        token = new_token()
        assert token not in redactor.redact(f"https://t.me/b?start=j_{token} /i/{token}")


def test_a_long_text_is_redacted_in_passing() -> None:
    redactor = Redactor([PASSWORD])
    for text in ("a" * 100_000, "1" * 100_000, "aA_" * 30_000, "start=" * 20_000):
        assert len(redactor.redact(text)) <= len(text)


def test_a_line_for_machines_is_one_json_object() -> None:
    stream = StringIO()
    set_up_logs(log_format="json", stream=stream)
    structlog.get_logger("bot.test").info("kept %s", "two\nlines", count=3)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"message": "kept two\nlines", "level": "info", "logger": "bot.test", "count": 3}


def test_the_chatter_of_libraries_is_left_out(written: Callable[[], str]) -> None:
    for name in ("httpx", "aiohttp.access", "alembic.runtime", "apscheduler.executors.default"):
        logging.getLogger(name).info("chatter")
    structlog.get_logger("bot.test").debug("ours")
    assert "chatter" not in written()
    assert "ours" in written()


def test_what_is_below_the_level_is_left_out() -> None:
    stream = StringIO()
    set_up_logs(level="ERROR", stream=stream)
    structlog.get_logger("bot.test").warning("ours")
    logging.getLogger("httpx").warning("theirs")
    assert stream.getvalue() == ""


def test_setting_up_again_does_not_double_the_lines(written: Callable[[], str]) -> None:
    stream = StringIO()
    set_up_logs(stream=stream)
    structlog.get_logger("bot.test").info("once")
    assert stream.getvalue().count("once") == 1
    assert written() == ""

"""Settings: what is read, what is refused, and that no refusal tells a secret."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from bot.config import VARIABLES, SettingError, Settings, load_settings

ROOT = Path(__file__).parents[2]
TOKEN = "1000000001:SANDBOX-abcdefghijklmnopqrstuvwxyz012345"


def load(**variables: str) -> Settings:
    environ = {f"USHER_{name.upper()}": value for name, value in variables.items()}
    return load_settings(environ, env_file=None)


def refusal(**variables: str) -> str:
    with pytest.raises(SettingError) as refused:
        load(**variables)
    return str(refused.value)


def test_everything_has_a_default() -> None:
    settings = load()
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///usher.db"
    assert settings.telegram_token is None
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.outbox_interval_s == 1


def test_an_empty_value_counts_as_unset() -> None:
    assert load(telegram_token="", http_port=" ") == load()


def test_an_empty_value_does_not_hide_the_file_s(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("USHER_HTTP_PORT=1111\n")
    assert load_settings({"USHER_HTTP_PORT": ""}, env_file=env_file).http_port == 1111


def test_the_environment_outweighs_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("USHER_HTTP_PORT=1111\nUSHER_DEFAULT_REGION=de\nOTHER=1\n")
    settings = load_settings({"USHER_HTTP_PORT": "2222"}, env_file=env_file)
    assert (settings.http_port, settings.default_region) == (2222, "DE")


def test_the_file_is_taken_as_it_is_written(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("export USHER_SECRET_KEY='a${HOME}$b'  # not a shell\n")
    key = load_settings({}, env_file=env_file).secret_key
    assert key is not None
    assert key.get_secret_value() == "a${HOME}$b"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"USHER_HTTP_PORT=1\n= broken\n", "no NAME=value in line 2"),
        (b"USHER_DEFAULT_REGION=\xff\n", "UnicodeDecodeError"),
        (b"USHER_HTTP_PROT=1\n", "did you mean USHER_HTTP_PORT?"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes(content)
    with pytest.raises(SettingError, match=re.escape(complaint)) as refused:
        load_settings({}, env_file=env_file)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("postgres://u:p@h/db", "postgresql+psycopg://u:p@h/db"),
        ("sqlite:///data/usher.db", "sqlite+aiosqlite:///data/usher.db"),
        ("sqlite+aiosqlite:////data/usher.db", "sqlite+aiosqlite:////data/usher.db"),
        (
            "postgresql+psycopg:///usher?host=/run/pg",
            "postgresql+psycopg:///usher?host=%2Frun%2Fpg",
        ),
    ],
)
def test_it_fills_in_the_driver(given: str, understood: str) -> None:
    assert load(database_url=given).database_url.get_secret_value() == understood


def test_links_start_with_where_it_listens() -> None:
    assert load(http_host="::1", http_port="9000").public_url == "http://[::1]:9000"


def test_an_address_loses_its_last_slash() -> None:
    assert load(public_url="https://usher.example/bot/").public_url == "https://usher.example/bot"


def test_system_admins_are_pairs_of_platform_and_id() -> None:
    admins = load(system_admins="telegram:42, groupme:77,").system_admins
    assert admins == {("telegram", "42"), ("groupme", "77")}


def test_a_language_may_be_written_either_way() -> None:
    assert load(default_locale="pt-BR").default_locale == "pt_BR"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://u:p@h/db"),
        ("database_url", "usher.db"),
        ("database_url", "sqlite://usher.db"),
        ("database_url", "postgresql://u:p@h:port/db"),
        ("telegram_token", "SANDBOX"),
        ("telegram_token", "42:with space"),
        ("telegram_api_url", "ftp://api.telegram.org"),
        ("telegram_api_url", "https://"),
        ("telegram_api_url", "https://h:99999"),
        ("telegram_webhook_secret", "no spaces"),
        ("telegram_webhook_secret", "x" * 257),
        ("http_host", "http://localhost"),
        ("http_port", "eighty"),
        ("http_port", "0"),
        ("http_port", "65536"),
        ("public_url", "https://user:pass@h"),
        ("public_url", "https://h/?a=b"),
        ("secret_key", "two words"),
        ("system_admins", "42"),
        ("system_admins", "telegram:@dana"),
        ("whatsapp_phone_number_id", "+1"),
        ("smtp_url", "mail.example:25"),
        ("mail_from", "nobody"),
        ("mail_from", "a@b.example\nBcc: c@d.example"),
        ("outbox_interval_s", "0"),
        ("outbox_interval_s", "-1"),
        ("outbox_interval_s", "nan"),
        ("outbox_interval_s", "inf"),
        ("outbox_interval_s", "86401"),
        ("default_region", "USA"),
        ("default_timezone", "Mars/Olympus"),
        ("default_timezone", "Europe"),
        ("default_timezone", "../etc/passwd"),
        ("default_locale", "klingon"),
        ("log_format", "xml"),
        ("log_level", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_it(name: str, value: str) -> None:
    line = refusal(**{name: value})
    assert line.startswith(f"USHER_{name.upper()} ")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("USHER_TELEGRAM_TOKN", "did you mean USHER_TELEGRAM_TOKEN?"),
        ("usher_http_port", "did you mean USHER_HTTP_PORT?"),
        ("USHER_QWXZ", ".env.example"),
    ],
)
def test_an_unknown_variable_is_refused(variable: str, hint: str) -> None:
    with pytest.raises(SettingError, match=re.escape(hint)) as refused:
        load_settings({variable: "1"}, env_file=None)
    assert str(refused.value).startswith(variable)


@pytest.mark.attack(60)
@pytest.mark.parametrize(
    "name",
    ["telegram_token", "telegram_webhook_secret", "smtp_url", "database_url", "secret_key"],
)
def test_a_refusal_never_tells_a_secret(name: str) -> None:
    with pytest.raises(SettingError) as refused:
        load(**{name: f"mysecret {TOKEN}"})
    assert "mysecret" not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.attack(60)
def test_no_way_of_printing_settings_tells_a_secret() -> None:
    settings = load(
        telegram_token=TOKEN,
        database_url="postgresql://usher:hunter22@h/db",
        smtp_url="smtp://me:hunter22@mail:587",
    )
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert TOKEN not in shown
    assert "hunter22" not in shown


def test_the_passwords_in_urls_are_among_the_secrets() -> None:
    settings = load(
        telegram_token=TOKEN,
        database_url="postgresql:///db?user=u&password=in-query",
        smtp_url="smtp://me:p%40ss:w@mail:587",
    )
    assert settings.secret_values() == {TOKEN, "in-query", "p%40ss:w", "p@ss:w"}


def test_the_example_lists_every_variable_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    assert re.findall(r"^(\w+)=", example, re.MULTILINE) == list(VARIABLES)
    assert load_settings({}, env_file=ROOT / ".env.example") == Settings()


def test_the_example_says_a_line_about_each() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    told = [before for before, line in itertools.pairwise(lines) if "=" in line]
    assert all(line.startswith("# ") and len(line) <= 100 for line in told)
    assert len(told) == len(VARIABLES)

"""The forms that single settings take. Each raises ValueError, whose text never shows the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

# Schemes that people copy from elsewhere, and the driver that they mean here.
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}
PASSWORD = re.compile(r"://[^/:@]*:(.+)@|[?&]\w*password=([^&]+)")


def _secret(pattern: str, wanted: str) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError(wanted)
        return value

    return check


def _text(pattern: str, wanted: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(wanted)
        return value

    return check


token = _secret(r"[!-~]+", "must be letters, digits and signs without a space")
telegram_token = _secret(
    r"[0-9]+:[A-Za-z0-9_-]+",
    "must be a token as BotFather gives it: digits, a colon, then letters, digits, _ and -",
)
# Telegram's own rule for a webhook's secret_token (Bot API, setWebhook).
webhook_secret = _secret(
    r"[A-Za-z0-9_-]{1,256}", "must be 1 to 256 characters out of A-Z, a-z, 0-9, _ and -"
)
digits = _text(r"[0-9]+", "must be digits only")
mail_address = _text(
    r"[^\s@,;]+@[^\s@,;]+|[^@\r\n]*<[^\s@,;<>]+@[^\s@,;<>]+>", "must be one e-mail address"
)
host = _text(r"[A-Za-z0-9.:_-]+", "must be a host name or an IP address, without scheme and port")


def database_url(value: SecretStr) -> SecretStr:
    """The URL with the asynchronous driver for its database filled in."""
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):
        raise ValueError("must be a database URL, such as sqlite+aiosqlite:///usher.db") from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError("must start with sqlite+aiosqlite:// or postgresql+psycopg://")
    if url.host and driver.startswith("sqlite"):
        raise ValueError("must name a file, with three slashes: sqlite+aiosqlite:///usher.db")
    return SecretStr(url.set(drivername=driver).render_as_string(hide_password=False))


def smtp_url(value: SecretStr) -> SecretStr:
    if not _is_server(value.get_secret_value(), schemes=("smtp", "smtps")):
        raise ValueError("must look like smtp://user:password@host:587, or smtps:// for TLS")
    return value


def web_url(value: str) -> str:
    """An http or https address to which paths can be added, without its last slash."""
    if not _is_server(value, schemes=("http", "https")):
        raise ValueError("must be an address that starts with http:// or https://")
    if "@" in value or "?" in value or "#" in value:
        raise ValueError("must hold no user, password, query or fragment")
    return value.rstrip("/")


def local_url(given: Mapping[str, object]) -> str:
    """Where the service listens, from the settings `http_host` and `http_port`."""
    name = str(given["http_host"])
    return f"http://{f'[{name}]' if ':' in name else name}:{given['http_port']}"


def accounts(value: object) -> object:
    """`telegram:42,telegram:43` as pairs of platform and id."""
    if not isinstance(value, str):
        return value
    return frozenset(_account(part.strip()) for part in value.split(",") if part.strip())


def region(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError("must be a country's two letters, such as US")
    return value.upper()


def zone(value: str) -> str:
    """An IANA name. For a wrong one zoneinfo raises whatever its look-up among files meets."""
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError("must be an IANA time zone, such as Europe/Berlin") from None


def locale(value: str) -> str:
    try:
        return str(Locale.parse(value.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        raise ValueError("must be a language, such as en or pt_BR") from None


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def password_in(url: str) -> set[str]:
    """The passwords that a URL holds, as written and decoded."""
    found = {group for match in PASSWORD.finditer(url) for group in match.groups() if group}
    return found | {unquote(word) for word in found}


def _account(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"([a-z]+):([^\s:,]+)", text)
    if match is None:
        raise ValueError("must be a list such as telegram:42,telegram:43")
    if match[1] == "telegram" and not re.fullmatch(r"[1-9][0-9]*", match[2]):
        raise ValueError("must name Telegram accounts by number, such as telegram:42")
    return match[1], match[2]


def _is_server(url: str, *, schemes: tuple[str, ...]) -> bool:
    if re.search(r"\s", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False

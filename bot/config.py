"""What the operator may set: the `USHER_*` variables of the environment or of a `.env` file."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from bot import setting_forms as forms

PREFIX = "USHER_"
ENV_FILE = Path(".env")

Token = Annotated[SecretStr, AfterValidator(forms.token)]
TelegramToken = Annotated[SecretStr, AfterValidator(forms.telegram_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(forms.webhook_secret)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(forms.database_url)]
SmtpUrl = Annotated[SecretStr, AfterValidator(forms.smtp_url)]
WebUrl = Annotated[str, AfterValidator(forms.web_url)]
Accounts = Annotated[frozenset[tuple[str, str]], BeforeValidator(forms.accounts)]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class SettingError(Exception):
    """A setting is wrong. Its text is one line that names the variable and never shows a value."""


class Settings(BaseModel):
    """All settings with their defaults, checked. Read from outside by `load_settings` only.

    `system_admins` are pairs of platform and id; `outbox_interval_s` is in seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: DatabaseUrl = SecretStr("sqlite+aiosqlite:///usher.db")
    telegram_token: TelegramToken | None = None
    telegram_api_url: WebUrl = "https://api.telegram.org"
    telegram_webhook_secret: WebhookSecret | None = None
    http_host: Annotated[str, AfterValidator(forms.host)] = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: WebUrl = Field(default_factory=forms.local_url)
    secret_key: Token | None = None
    system_admins: Accounts = frozenset()
    groupme_token: Token | None = None
    groupme_api_url: WebUrl = "https://api.groupme.com/v3"
    groupme_callback_secret: WebhookSecret | None = None
    whatsapp_token: Token | None = None
    whatsapp_phone_number_id: Annotated[str, AfterValidator(forms.digits)] | None = None
    whatsapp_app_secret: Token | None = None
    whatsapp_verify_token: Token | None = None
    whatsapp_api_url: WebUrl = "https://graph.facebook.com"
    smtp_url: SmtpUrl | None = None
    mail_from: Annotated[str, AfterValidator(forms.mail_address)] | None = None
    mail_replies: bool = False
    outbox_interval_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 1.0
    default_region: Annotated[str, AfterValidator(forms.region)] = "US"
    default_timezone: Annotated[str, AfterValidator(forms.zone)] = "UTC"
    default_locale: Annotated[str, AfterValidator(forms.locale)] = "en"
    log_format: Literal["console", "json"] = "console"
    log_level: Annotated[Level, BeforeValidator(forms.upper)] = "INFO"

    def secret_values(self) -> frozenset[str]:
        """Everything that a log must not show, passwords within URLs apart from their URL."""
        secrets = {
            name: value.get_secret_value() for name, value in self if isinstance(value, SecretStr)
        }
        urls = {name: url for name, url in secrets.items() if name.endswith("_url")}
        passwords = (forms.password_in(url) for url in urls.values())
        return frozenset(secrets[name] for name in secrets.keys() - urls).union(*passwords)


WHATSAPP = ("whatsapp_phone_number_id", "whatsapp_app_secret", "whatsapp_verify_token")
VARIABLES = {PREFIX + name.upper(): name for name in Settings.model_fields}


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE
) -> Settings:
    """The settings from the environment, and from `env_file` for what it leaves unset.

    An empty value counts as unset. Raises SettingError for the first variable that is wrong.
    """
    sources = (_read_file(env_file), _ours(os.environ if environ is None else environ))
    for variable in [name for source in sources for name in source]:
        _check_known(variable)
    values = {VARIABLES[name]: text for source in sources for name, text in source.items() if text}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise SettingError(_explain(str(problem["loc"][0]), problem["msg"])) from None
    _check_whole(settings)
    return settings


def _check_whole(settings: Settings) -> None:
    """WhatsApp takes all of its settings or none: unsigned webhooks are never believed."""
    if settings.whatsapp_token is not None:
        for name in WHATSAPP:
            if getattr(settings, name) is None:
                raise SettingError(_explain(name, "must be set beside USHER_WHATSAPP_TOKEN"))


def _read_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.exists():
        return {}
    try:
        with env_file.open(encoding="utf-8") as stream:
            lines = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{env_file} cannot be read: {type(error).__name__}") from None
    broken = [line.original.line for line in lines if line.error]
    if broken:
        raise SettingError(f"{env_file} has no NAME=value in line {broken[0]}")
    return _ours({line.key: line.value for line in lines if line.key})


def _ours(variables: Mapping[str, str | None]) -> dict[str, str]:
    ours = {name: text for name, text in variables.items() if name.upper().startswith(PREFIX)}
    return {name: (text or "").strip() for name, text in ours.items()}


def _check_known(variable: str) -> None:
    if variable in VARIABLES:
        return
    near = difflib.get_close_matches(variable.upper(), VARIABLES, n=1)
    hint = f"did you mean {near[0]}?" if near else ".env.example lists all of them"
    raise SettingError(f"{variable} is not a setting of Usher; {hint}")


def _explain(name: str, message: str) -> str:
    told = message.removeprefix("Value error, ").removeprefix("Input ")
    return f"{PREFIX}{name.upper()} {' '.join(told.split())}"

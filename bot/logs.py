"""Structured logs that never hold a secret, for our own loggers and everybody else's."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

from bot.redaction import Redactor

# Floors, whatever level is set: below them these log each request or tick, some with the token.
FLOORS = {
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "telegram": logging.INFO,
}


def set_up_logs(
    *,
    log_format: Literal["console", "json"] = "console",
    level: str = "INFO",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line to `stream` (standard error) through one formatter that redacts.

    May be called again; the latest call counts. Uncaught exceptions are logged too, since Python's
    own way of printing them knows nothing of secrets.
    """
    target = stream or sys.stderr
    handler = _RedactingHandler(target, Redactor(secrets))
    handler.setFormatter(_formatter(log_format, colors=target.isatty()))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _RedactingHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


class _RedactingHandler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        super().__init__(stream)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, so that nothing can slip past: not an argument, not a traceback."""
        return self._redactor.redact(super().format(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Without the record's arguments, which the base class would print as they are."""
        error = sys.exc_info()[0]
        kind = error.__name__ if error else "error"
        self.stream.write(f"a line of the logger {record.name} was lost: {kind}\n")


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def _formatter(log_format: str, *, colors: bool) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_json() if log_format == "json" else _console(colors=colors)),
        ],
    )


def _json() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _console(*, colors: bool) -> list[Processor]:
    # The default traceback is drawn in boxes, which break a token over lines, with all locals.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("uncaught exception", exc_info=(kind, error, trace))

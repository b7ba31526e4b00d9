"""Easel: the templates of pages, apart from who asks for them: they stand on a large library."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.texts import Prose, Reader
from bot.web.assets import asset_path


@pass_context
def _say(context: Context, prose: Prose) -> Markup:
    reader: Reader = context["reader"]
    return Markup(reader.html(prose))  # noqa: S704 - the reader escapes what people wrote


@pass_context
def _plain(context: Context, prose: Prose) -> str:
    reader: Reader = context["reader"]
    return reader.plain(prose)


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(say=_say, plain=_plain, asset=asset_path)
    return made


ENVIRONMENT = _environment()

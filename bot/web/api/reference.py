"""The document as a page for people: one file, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

Json = dict[str, Any]
STYLE_PATH = "/api/reference.css"
STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --ink: #16181d; --link: #1a56c4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #111318; --ink: #eceef2; --link: #8ab4ff; }
}
body { background: var(--ground); color: var(--ink); }
a { color: var(--link); }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
section { border-top: 1px solid; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.25rem 0.5rem; text-align: start; vertical-align: top; }
"""


def reference_page(document: Json) -> str:
    """HTML of the whole document."""
    return "".join(_page(document))


def _page(document: Json) -> Iterator[str]:
    info = document["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Usher: REST</title>'
    yield '<meta name="viewport" content="width=device-width">'
    yield f'<link rel="stylesheet" href="{STYLE_PATH}"></head><body><main>'
    yield f"<h1>Usher: REST</h1><p>{_prose(info['description'])}</p>"
    yield '<p>For programs: <a href="/api/openapi.json">openapi.json</a></p>'
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    yield "<nav><ul>"
    for path, method, operation in operations:
        name = escape(operation["operationId"])
        yield f'<li><a href="#{name}"><code>{method.upper()} {escape(path)}</code></a></li>'
    yield "</ul></nav>"
    schemas = document["components"]["schemas"]
    for path, method, operation in operations:
        yield from _operation(path, method, operation)
    yield "<h2>Shapes</h2>"
    for name, schema in schemas.items():
        yield from _schema(name, schema)
    yield "</main></body></html>"


def _operation(path: str, method: str, operation: Json) -> Iterator[str]:
    yield f'<section id="{escape(operation["operationId"])}">'
    yield f"<h2>{escape(operation['summary'])}</h2>"
    yield f"<p><code>{method.upper()} {escape(path)}</code></p>"
    yield f"<p>{_prose(operation['description'])}</p>"
    if operation["parameters"]:
        rows = [
            (one["name"], one["in"], _type(one["schema"]), one["description"])
            for one in operation["parameters"]
        ]
        yield from _table(("parameter", "in", "type", "meaning"), rows)
    if "requestBody" in operation:
        yield f"<p>Takes {_content(operation['requestBody'])}.</p>"
    answers = [
        (status, answer["description"], _content(answer))
        for status, answer in operation["responses"].items()
    ]
    yield "<table><thead><tr><th>status</th><th>meaning</th><th>shape</th></tr></thead><tbody>"
    for status, meaning, shape in answers:
        yield f"<tr><td>{escape(status)}</td><td>{escape(meaning)}</td><td>{shape}</td></tr>"
    yield "</tbody></table></section>"


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h3>{escape(name)}</h3>'
    yield f"<p>{_prose(schema.get('description', ''))}</p>"
    if "enum" in schema:
        yield f"<p>{', '.join(f'<code>{escape(str(one))}</code>' for one in schema['enum'])}</p>"
    rows = [
        (field, _type(shape), shape.get("description", ""))
        for field, shape in schema.get("properties", {}).items()
    ]
    if rows:
        yield from _table(("field", "type", "meaning"), rows)
    yield "</section>"


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>"
    for first, *rest in rows:
        cells = "".join(f"<td>{_prose(cell)}</td>" for cell in rest)
        yield f"<tr><td><code>{escape(first)}</code></td>{cells}</tr>"
    yield "</tbody></table>"


def _content(holder: Json) -> str:
    shapes = (one["schema"] for one in holder.get("content", {}).values())
    return ", ".join(_prose(_type(shape)) for shape in shapes)


def _type(schema: Json) -> str:
    """In a few words; what stands in backticks is a shape or a value."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return " ".join(filter(None, (str(schema.get("type", "anything")), schema.get("format", ""))))


def _prose(text: str) -> str:
    """Escaped, with backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if at % 2 else piece for at, piece in enumerate(pieces))

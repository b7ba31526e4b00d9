"""Text with entities, as HTML that a page may insert as it is."""

from html import escape
from typing import Any

from bot.sandbox.telegram.units import cut, utf16_length

TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "spoiler": "tg-spoiler",
}
SAFE_SCHEMES = ("http://", "https://", "tg://", "mailto:")


def _href(entity: dict[str, Any], text: str) -> str | None:
    if entity["type"] == "text_link":
        url = entity["url"]
    elif entity["type"] == "url":
        url = cut(text, entity["offset"], entity["length"])
        url = url if "://" in url else f"https://{url}"
    else:
        return None
    return url if url.startswith(SAFE_SCHEMES) else None


def _open_and_close(entity: dict[str, Any], text: str) -> tuple[str, str] | None:
    href = _href(entity, text)
    if href is not None:
        return f'<a href="{escape(href)}">', "</a>"
    tag = TAGS.get(entity["type"])
    return (f"<{tag}>", f"</{tag}>") if tag else None


def _spans(text: str, entities: list[dict[str, Any]]) -> list[tuple[int, int, str, str]]:
    found = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        tags = _open_and_close(entity, text)
        if tags:
            end = entity["offset"] + entity["length"]
            found.append((entity["offset"], end, *tags))
    return found


def safe_html(text: str, entities: list[dict[str, Any]]) -> str:
    """Escaped text with `b i u s code pre a blockquote tg-spoiler` and nothing else.

    Overlapping entities are closed and opened again, so the result always nests.
    """
    spans = _spans(text, entities)
    edges = sorted({0, utf16_length(text)} | {edge for span in spans for edge in span[:2]})
    out: list[str] = []
    open_spans: list[tuple[int, int, str, str]] = []
    for here, there in zip(edges, [*edges[1:], None], strict=True):
        reopened = _close_ended(open_spans, here, out)
        for span in [*reopened, *(span for span in spans if span[0] == here < span[1])]:
            out.append(span[2])
            open_spans.append(span)
        if there is not None:
            out.append(escape(cut(text, here, there - here), quote=False))
    return "".join(out)


def _close_ended(
    open_spans: list[tuple[int, int, str, str]], here: int, out: list[str]
) -> list[tuple[int, int, str, str]]:
    reopened: list[tuple[int, int, str, str]] = []
    while any(span[1] <= here for span in open_spans):
        span = open_spans.pop()
        out.append(span[3])
        if span[1] > here:
            reopened.insert(0, span)
    return reopened

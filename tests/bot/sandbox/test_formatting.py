"""Text with entities as the page shows it, and what Telegram finds in plain text."""

from typing import Any

import pytest

from bot.sandbox.telegram.autolinks import find_entities
from bot.sandbox.telegram.entities import parse_html
from bot.sandbox.telegram.formatting import safe_html


def _entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


@pytest.mark.attack(44)
@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ('<b> & "x"', [], '&lt;b&gt; &amp; "x"'),
        ("🏟ab", [_entity("bold", 2, 1)], "🏟<b>a</b>b"),
        (
            "abc",
            [_entity("bold", 0, 2), _entity("italic", 1, 2)],
            "<b>a<i>b</i></b><i>c</i>",
        ),
        ("ab", [_entity("text_link", 0, 1, url="javascript:alert(1)")], "ab"),
        (
            "ab",
            [_entity("text_link", 0, 1, url='https://e.org/?"&x')],
            '<a href="https://e.org/?&quot;&amp;x">a</a>b',
        ),
        ("ab", [_entity("mention", 0, 2), _entity("spoiler", 0, 1)], "<tg-spoiler>a</tg-spoiler>b"),
        ("ab", [_entity("bold", 1, 9)], "a<b>b</b>"),
    ],
)
def test_html_is_safe_and_nests(text: str, entities: list[dict[str, Any]], html: str) -> None:
    assert safe_html(text, entities) == html


@pytest.mark.parametrize(
    "html",
    [
        "<b>a<i>b</i></b>c",
        "<blockquote>a\n<b>b</b></blockquote>",
        '<pre>a</pre><code>b</code><a href="https://e.org/">c</a>',
        "<u>🏟</u><s>🏟</s>",
    ],
)
def test_what_was_parsed_is_shown_the_same(html: str) -> None:
    assert safe_html(*parse_html(html)) == html


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start@usher_sandbox_bot x", ["bot_command 0 24"]),
        ("🏟 /help", ["bot_command 3 5"]),
        ("a/b and/or 1/2 </x>", []),
        ("mail dana@example.com, @dana.", ["email 5 16", "mention 23 5"]),
        ("see https://e.org/a?b=(c). ok", ["url 4 20"]),
        ("t.me/x and example.com/y!", ["url 0 6", "url 11 13"]),
        ("#tigers #1 x#y", ["hashtag 0 7"]),
        ("1.5 a.b v1.2.3", []),
    ],
)
def test_entities_are_found_in_plain_text(text: str, found: list[str]) -> None:
    shown = [f"{one['type']} {one['offset']} {one['length']}" for one in find_entities(text)]
    assert shown == found

"""HTML mode: Telegram's tags, errors and offsets."""

from typing import Any

import pytest

from bot.sandbox.telegram.entities import parse_html
from bot.sandbox.telegram.errors import ApiError
from tests.bot.sandbox.client import DANA, Client

SURROGATES = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)
# The cases of TDLib's own test of its parser, whose words the Bot API passes on.
REFUSED = [
    ("&#57311;", SURROGATES),
    ("&#xDFDF", SURROGATES),
    ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
    ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
    ("🏟 🏟&lt;<abac>", 'Unsupported start tag "abac" at byte offset 13'),
    ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
    ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
    ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
    ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
    ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
    ("🏟 🏟&lt;<i    aba  =  '&lt;&gt;&quot;>", "Unclosed start tag at byte offset 13"),
    ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
    ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
    ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
    (
        "🏟 🏟&lt;<i>a</em   >",
        'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
    ),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ('<a href="x""></a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
]


@pytest.mark.attack(44)
@pytest.mark.parametrize(("html", "reason"), REFUSED)
def test_it_refuses_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def _entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


PARSED: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("➡️ ➡️", "➡️ ➡️", []),
    ("&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;", '&ge;<>&"&laquo;&#12345678;', []),
    ("&lt &#60 &#x3c;", "< < <", []),
    ("<b>a</b>", "a", [_entity("bold", 0, 1)]),
    ("<B  x = 1>a</B>".replace("</B>", "</b>"), "a", [_entity("bold", 0, 1)]),
    ("<strong>a</>", "a", [_entity("bold", 0, 1)]),
    ("<b></b>a", "a", []),
    ("🏟 🏟<i>a</i>", "🏟 🏟a", [_entity("italic", 5, 1)]),
    ("<u><s>ab</s>c</u>", "abc", [_entity("underline", 0, 3), _entity("strikethrough", 0, 2)]),
    (
        "<del>a</del><ins>b</ins>",
        "ab",
        [_entity("strikethrough", 0, 1), _entity("underline", 1, 1)],
    ),
    ('<span class="tg-spoiler">a</span>', "a", [_entity("spoiler", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [_entity("spoiler", 0, 1)]),
    (
        '<a href="https://e.org/?a=1&amp;b=2">x</a>',
        "x",
        [_entity("text_link", 0, 1, url="https://e.org/?a=1&b=2")],
    ),
    ("<a>e.org</a>", "e.org", [_entity("text_link", 0, 5, url="http://e.org/")]),
    ('<a href="nonsense">x</a>', "x", []),
    ('<a href="tg://user?id=101">x</a>', "x", [_entity("text_mention", 0, 1, user_id=101)]),
    ("<code>a</code>", "a", [_entity("code", 0, 1)]),
    ('<code class="language-py">a</code>', "a", [_entity("code", 0, 1)]),
    (
        '<pre><code class="language-py">a</code></pre>',
        "a",
        [_entity("pre", 0, 1, language="py")],
    ),
    ("<blockquote expandable>a</blockquote>", "a", [_entity("expandable_blockquote", 0, 1)]),
    ("<blockquote>a</blockquote>", "a", [_entity("blockquote", 0, 1)]),
    (
        '<tg-emoji emoji-id="5368">x</tg-emoji>',
        "x",
        [_entity("custom_emoji", 0, 1, custom_emoji_id="5368")],
    ),
    (
        '<tg-time unix="1790000000" format="r">x</tg-time>',
        "x",
        [_entity("date_time", 0, 1, unix_time=1790000000, date_time_format="r")],
    ),
]


@pytest.mark.parametrize(("html", "text", "entities"), PARSED)
def test_it_parses(html: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(html) == (text, entities)


async def test_the_message_carries_given_and_found_entities(started: Client) -> None:
    text = " <b>🏟 hi</b> @dana /help t.me/x <code>/no</code> "
    sent = await started.call("sendMessage", chat_id=DANA, text=text, parse_mode="html")
    assert sent["text"] == "🏟 hi @dana /help t.me/x /no"
    assert sent["entities"] == [
        _entity("bold", 0, 5),
        _entity("mention", 6, 5),
        _entity("bot_command", 12, 5),
        _entity("url", 18, 6),
        _entity("code", 25, 3),
    ]


async def test_a_mention_carries_the_person(started: Client) -> None:
    text = '<a href="tg://user?id=102">him</a> <a href="tg://user?id=9">her</a>'
    sent = await started.call("sendMessage", chat_id=DANA, text=text, parse_mode="HTML")
    [mention] = sent["entities"]
    assert (mention["type"], mention["user"]["first_name"]) == ("text_mention", "Bob")


async def test_entities_may_be_given_as_such(started: Client) -> None:
    entities = [_entity("text_link", 0, 2, url="https://e.org"), _entity("bold", 3, 9)]
    sent = await started.call("sendMessage", chat_id=DANA, text="hi you", entities=entities)
    assert sent["entities"] == [
        _entity("text_link", 0, 2, url="https://e.org/"),
        _entity("bold", 3, 3),
    ]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (1, "can't parse MessageEntity: Expected an Object"),
        ({"type": "bold"}, 'can\'t parse MessageEntity: Field "offset" must be of type Number'),
        (_entity("shiny", 0, 1), "can't parse MessageEntity: unsupported type specified"),
        (
            _entity("text_link", 0, 1, url="not-a-url"),
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_wrong_entities_are_refused(started: Client, entity: Any, reason: str) -> None:
    found = await started.refusal("sendMessage", chat_id=DANA, text="hi", entities=[entity])
    assert found == f"Bad Request: {reason}"

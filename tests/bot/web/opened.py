"""A browser's view of our pages, without a browser: what stands on them and what can be done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from aiohttp import web
from aiohttp.test_utils import TestClient

Client = TestClient[web.Request, web.Application]
ISOLATES = re.compile("[\u2068\u2069]")
VOID = {"input", "img", "link", "meta", "br"}


@dataclass(frozen=True)
class OpenForm:
    """A form with its fields as they are filled in already."""

    action: str
    fields: dict[str, str]
    label: str


class Opened(HTMLParser):
    """A page as it was answered."""

    def __init__(self, html: str, status: int, headers: dict[str, str]) -> None:
        super().__init__()
        self.html = html
        self.status = status
        self.headers = headers
        self.links: dict[str, str] = {}
        self.forms: list[OpenForm] = []
        self.pictures: list[str] = []
        self._words: list[str] = []
        self._form: tuple[str, dict[str, str]] | None = None
        self._href: str | None = None
        self._label: list[str] = []
        self.feed(html)

    @property
    def text(self) -> str:
        """What is to be read, without isolates, with one blank for each gap."""
        return ISOLATES.sub("", " ".join("".join(self._words).split()))

    def form(self, label: str) -> OpenForm:
        """The one whose button says that."""
        [found] = [one for one in self.forms if one.label == label]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = (given["action"], {})
        elif tag == "input" and self._form is not None:
            self._form[1][given["name"]] = given.get("value", "")
        elif tag == "img":
            self.pictures.append(given["src"])
        elif tag in ("a", "button"):
            self._href, self._label = given.get("href"), []

    def handle_endtag(self, tag: str) -> None:
        label = ISOLATES.sub("", "".join(self._label))
        if tag == "a" and self._href is not None:
            self.links[label] = self._href
        elif tag == "button" and self._form is not None:
            self.forms.append(OpenForm(*self._form, label))

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        self._label.append(data)


async def open_page(client: Client, path: str, **options: object) -> Opened:
    """Follow a link, without going on from there by itself."""
    async with client.get(path, allow_redirects=False, **options) as answer:  # type: ignore[arg-type]
        return Opened(await answer.text(), answer.status, dict(answer.headers))


async def send(client: Client, form: OpenForm, **filled_in: str) -> Opened:
    """Fill in a form and press its button, without going on from there by itself."""
    data = {**form.fields, **filled_in}
    async with client.post(form.action, data=data, allow_redirects=False) as answer:
        return Opened(await answer.text(), answer.status, dict(answer.headers))

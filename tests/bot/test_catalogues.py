"""The catalogues hold what the code says, word for word, and nothing else."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.catalogues import DOMAIN, LOCALES, available_locales, best_locale, catalogue
from bot.sandbox.telegram.entities import parse_html

ROOT = Path(__file__).parent.parent.parent
BRACES = re.compile(r"\{[^}]*\}")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("texts_script", ROOT / "scripts" / "texts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _path(locale: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def _kept(locale: str) -> Catalog:
    with _path(locale).open("rb") as source:
        return read_po(source, locale=locale)


def _sentences(found: Catalog) -> set[tuple[str, ...]]:
    return {tuple(_forms(message.id)) for message in found if message.id}


def _forms(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("locale", available_locales())
def test_a_catalogue_holds_exactly_the_sentences_of_the_code(locale: str) -> None:
    assert _sentences(_kept(locale)) == _sentences(_script().extract())


def test_bringing_a_catalogue_up_to_date_twice_changes_nothing(tmp_path: Path) -> None:
    script, path = _script(), tmp_path / "en" / "LC_MESSAGES" / "usher.po"
    path.parent.mkdir(parents=True)
    shutil.copy(_path("en"), path)
    script.bring_up_to_date(path, script.extract())
    assert path.read_bytes() == _path("en").read_bytes()


@pytest.mark.parametrize("locale", available_locales())
def test_the_header_says_whose_it_is_and_no_date(locale: str) -> None:
    header = _path(locale).read_text().split("\n\n")[0]
    assert '"Project-Id-Version: Usher\\n"' in header
    assert f'"Language: {locale}\\n"' in header
    assert not re.search(r"ADDRESS|FULL NAME|YEAR|Creation-Date|VERSION\\n", header)


def test_english_is_said_as_it_is_written() -> None:
    assert all(
        _forms(message.string) == _forms(message.id) for message in _kept("en") if message.id
    )


@pytest.mark.parametrize("locale", available_locales())
def test_a_translation_has_the_fields_of_its_sentence(locale: str) -> None:
    others = [_forms(one.id) for one in _kept(locale) if one.id and not _keeps_its_fields(one)]
    assert others == []


def _keeps_its_fields(message: Message) -> bool:
    wanted = set.union(*map(_fields, _forms(message.id)))
    said = [_fields(translation) for translation in filter(None, _forms(message.string))]
    return all(fields == wanted for fields in said) and all(map(str.isidentifier, wanted))


@pytest.mark.parametrize("locale", available_locales())
def test_the_markup_of_a_sentence_is_whole_and_within_its_line(locale: str) -> None:
    for message in filter(lambda one: one.id, _kept(locale)):
        for sentence in [*_forms(message.id), *_forms(message.string)]:
            assert "\n" not in sentence
            parse_html(BRACES.sub("x", sentence))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("en-GB",), "en"),
        (("tlh", "en"), "en"),
        (("zz",), "en"),
        ((None, None), "en"),
        (("", "en_US"), "en"),
        (("x" * 300,), "en"),
        (("../../etc",), "en"),
    ],
)
def test_a_language_that_there_is_no_catalogue_for_is_english(
    wanted: tuple[str | None, ...], found: str
) -> None:
    assert best_locale(*wanted) == found
    assert catalogue(found).gettext("Accept") == "Accept"

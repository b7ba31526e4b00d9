"""Brings the catalogues under bot/locales up to date with the sentences in the code.

A new sentence is taken over as it is in English and left open in every other language.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "bot" / "locales"
KEYWORDS = {"say": None, "say_many": (1, 2)}
# Without a date: two runs over the same sentences leave the same file.
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: Usher\n"
"Language: {language}\n"
"Plural-Forms: {plurals}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def extract() -> Catalog:
    """Every sentence of the code, with the files it stands in."""
    catalogue = Catalog(fuzzy=False)
    found = extract_from_dir(ROOT / "bot", keywords=KEYWORDS, method_map=[("**.py", "python")])
    for filename, _, message, comments, context in found:
        catalogue.add(message, locations=[(f"bot/{filename}", 0)], context=context)
        assert not comments, "a comment for translators has no marker in this project"
    return catalogue


def bring_up_to_date(path: Path, template: Catalog) -> None:
    locale = path.parent.parent.name
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    catalogue.update(template, no_fuzzy_matching=True)
    for message in catalogue:
        if message.id and locale == "en":
            message.string = message.id
    header = HEADER.format(language=locale, plurals=catalogue.plural_forms)
    with path.open("wb") as target:
        target.write(header.encode())
        write_po(
            target,
            catalogue,
            width=100,
            sort_output=True,
            omit_header=True,
            ignore_obsolete=True,
            include_lineno=False,
        )


if __name__ == "__main__":
    sentences = extract()
    for path in LOCALES.glob("*/LC_MESSAGES/usher.po"):
        bring_up_to_date(path, sentences)

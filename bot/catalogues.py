"""The gettext catalogues under `locales/`: which there are, and whose words are said."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale

from bot import translations

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "usher"
FALLBACK = "en"


@cache
def available_locales() -> tuple[str, ...]:
    return tuple(sorted(path.parent.parent.name for path in LOCALES.glob(f"*/*/{DOMAIN}.po")))


def best_locale(*wanted: str | None) -> str:
    """The first of the wanted languages that there is a catalogue for, else English."""
    return served_locale(*wanted) or FALLBACK


def served_locale(*wanted: str | None) -> str | None:
    """The first of the wanted languages that there is a catalogue for, or None."""
    asked = [locale.replace("-", "_") for locale in wanted if locale]
    return negotiate_locale(asked, available_locales())


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The sentences of a language that `best_locale` gave."""
    if locale == FALLBACK:  # said as it is written, which its catalogue only repeats
        return gettext.NullTranslations()
    return translations.read_translations(LOCALES / locale / "LC_MESSAGES" / f"{DOMAIN}.po", locale)

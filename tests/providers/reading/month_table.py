"""Writes the table of months and days of the week anew, from CLDR:

python -m tests.providers.reading.month_table > providers/reading/months.json
"""

from __future__ import annotations

import json
import sys

from babel import Locale
from babel.core import get_global

LANGUAGES = (
    "ar",
    "bg",
    "ca",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "es",
    "et",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "id",
    "it",
    "lt",
    "lv",
    "ms",
    "nb",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "tr",
    "uk",
    "vi",
)
# Regions whose abbreviations differ: `jun.` and `Juni`, `set` and `sept`.
LOCALES = (
    *LANGUAGES,
    "de_AT",
    "de_CH",
    "en_AU",
    "en_CA",
    "en_GB",
    "en_IN",
    "es_MX",
    "es_US",
    "fr_CA",
    "fr_CH",
    "it_CH",
    "nl_BE",
    "pt_PT",
)


def month_table() -> dict[str, dict[str, dict[str, int]]]:
    """Return {"months": {language: {name in lower case, without a final full stop: 1 to 12}}}."""
    table: dict[str, dict[str, int]] = {}
    for code in LOCALES:
        locale = Locale.parse(code)
        known = table.setdefault(locale.language, {})
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    known.setdefault(name.lower().rstrip("."), number)
    return {"months": {code: dict(sorted(names.items())) for code, names in sorted(table.items())}}


def zone_table() -> dict[str, str]:
    """Return {name in Windows: name in the tz database}."""
    return dict(sorted(get_global("windows_zone_mapping").items()))


TABLES = {"months": month_table, "zones": zone_table}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(TABLES[sys.argv[1]](), ensure_ascii=False, indent=1) + "\n")

"""Writes the table of months and days of the week anew, from CLDR:

python -m tests.providers.reading.month_table > providers/reading/months.json
"""

from __future__ import annotations

import json
import sys

from babel import Locale

LANGUAGES = ("cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nb", "nl", "pl", "pt", "ro", "sv", "tr")
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
    """Return {"months" or "days": {language: {name in lower case without a final full stop: 1 to 12, 1 to 7}}}."""
    table: dict[str, dict[str, dict[str, int]]] = {"months": {}, "days": {}}
    for code in LOCALES:
        locale = Locale.parse(code)
        for kind, names, first in (("months", locale.months, 0), ("days", locale.days, 1)):
            known = table[kind].setdefault(locale.language, {})
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in names[context][width].items():
                        known.setdefault(name.lower().rstrip("."), number + first)
    return {
        kind: {code: dict(sorted(names.items())) for code, names in sorted(by.items())}
        for kind, by in table.items()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(month_table(), ensure_ascii=False, indent=1) + "\n")

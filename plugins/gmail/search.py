"""The search that Gmail is asked with: what the sources claim, in Gmail's own language.

https://support.google.com/mail/answer/7190: braces join alternatives, `from:` takes an address or a domain, with its
subdomains. What the user sent is left out: no source reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from providers.contracts import MailSearch

_PLAIN = re.compile(r"[a-z0-9@._+-]+")


def build_query(search: MailSearch) -> str:
    """Return `q` of `users.messages.list`. It finds too much rather than too little: Happo checks each mail."""
    return f"{{{' '.join(dict.fromkeys(_terms(search)))}}} -label:sent"


def _terms(search: MailSearch) -> Iterator[str]:
    for sender in search.senders:
        claim = sender.rstrip("*")
        # A rare letter before the @ could have a meaning in the search; the domain alone finds that mail too.
        yield f"from:{claim if _PLAIN.fullmatch(claim) else claim.rpartition('@')[2]}"
    for phrase in search.phrases:
        words = " ".join(phrase.replace('"', " ").split())
        if words:
            yield f'"{words}"'

"""Domain names: as DNS has them (A-labels in lower case, RFC 5890), and as people write and read them (U-labels).

What is stored and compared is the form of DNS. Letters of several alphabets look alike, so that a name can be taken for
another one: wherever a domain is shown, the form of DNS stands beside what people read.
"""

import re
from typing import Final
from unicodedata import bidirectional, category, name, normalize

import idna

from core.errors import Invalid

# RFC 3490, section 3.1: what separates labels, in Chinese and Japanese also.
DOTS: Final = ".\u3002\uff0e\uff61"
_DOT: Final = re.compile(f"[{DOTS}]")
_A_LABEL: Final = "xn--"
# No domain is longer than 253 characters, however it is written; some of them go when it is mapped.
_LONGEST: Final = 500
# UTS 39, section 5.2, "highly restrictive": which scripts one label may have together. Japanese, Chinese and Korean
# names have several, and Latin letters among them.
_TOGETHER: Final = (
    frozenset({"Latin", "Cjk", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Cjk", "Bopomofo"}),
    frozenset({"Latin", "Cjk", "Hangul"}),
)
# Letters whose Unicode name doesn't begin with their script.
_HAN: Final = frozenset("\u3005\u3006\u3007")
_OF_SEVERAL_SCRIPTS: Final = ("Modifier", "Katakana-hiragana", "Vertical")
_ISOLATED: Final = "\u2066{}\u2069"


def clean_domain(domain: str, *, field: str) -> str:
    """Return a domain, which may be written in Unicode, as DNS has it; raise `Invalid` of `field`.

    IDNA 2008 has to allow it (`not_domain`), and what is written in Unicode may not mix scripts in one label, such as
    "apple" with a Cyrillic a (`mixed_scripts`): the form of DNS is accepted, as it looks like no other domain. Whether
    other ASCII is a host name or a mail domain is the caller's question.
    """
    if domain.isascii():
        labels = domain.lower().split(".")
        if not all(map(_is_valid, labels)):
            raise Invalid.one(field, "not_domain")
        return ".".join(labels)
    try:
        if len(domain) > _LONGEST:
            raise UnicodeError
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        raise Invalid.one(field, "not_domain") from None
    for label in _DOT.split(idna.uts46_remap(domain)):
        if mixed := find_mixed_scripts(label):
            raise Invalid.one(field, "mixed_scripts", scripts=mixed)
    return encoded


def to_ascii(domain: str) -> str:
    """Return a domain as DNS has it, or what is closest to that: to look up what may be stored, whatever it is."""
    if domain.isascii():
        return domain.lower()
    try:
        mapped = idna.uts46_remap(domain, std3_rules=False)
    except UnicodeError:
        mapped = normalize("NFC", domain.lower())
    return ".".join(map(_label_to_ascii, _DOT.split(mapped)))


def list_domain_forms(domain: str) -> list[str]:
    """Return a domain in A-labels, as addresses are stored, and in U-labels, where these differ."""
    ascii_domain = to_ascii(domain)
    unicode_domain = ".".join(map(_label_to_unicode, ascii_domain.split(".")))
    return list(dict.fromkeys((ascii_domain, unicode_domain)))


def show_domain(domain: str) -> str:
    """Return a domain for people: `bücher.example (xn--bcher-kva.example)`; the form of DNS alone where both are one.

    That is also shown alone where a label mixes scripts, or IDNA 2008 doesn't allow it.
    """
    try:
        read = [
            idna.ulabel(label) if label.startswith(_A_LABEL) else label
            for label in domain.split(".")
        ]
    except UnicodeError:
        return domain
    shown = ".".join(read)
    if shown == domain or any(map(find_mixed_scripts, read)):
        return domain
    # Letters from right to left would change the order of the labels, and of what stands beside them.
    if any(bidirectional(letter) in ("R", "AL") for letter in shown):
        shown = _ISOLATED.format(shown)
    return f"{shown} ({domain})"


def find_mixed_scripts(label: str) -> tuple[str, ...]:
    """Return the scripts whose letters a label mixes, such as ("Cyrillic", "Latin"); () where they belong together."""
    scripts = {script for letter in label if (script := _script_of(letter))}
    if len(scripts) < 2 or any(scripts <= together for together in _TOGETHER):
        return ()
    return tuple(sorted(scripts))


def _script_of(letter: str) -> str:
    """Return the script of a letter, "" for one of several scripts and for what is no letter.

    Python has no table of scripts (UAX 24), but the names of letters begin with their script.
    """
    if not category(letter).startswith("L"):
        return ""
    if letter in _HAN:
        return "Cjk"
    script = name(letter, "").partition(" ")[0].capitalize()
    return "" if script in _OF_SEVERAL_SCRIPTS else script


def _is_valid(label: str) -> bool:
    if not label.startswith(_A_LABEL):
        return True
    try:
        return idna.alabel(idna.ulabel(label)).decode() == label
    except UnicodeError:
        return False


def _label_to_ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode()
    except UnicodeError:
        # There are domains that IDNA 2008 doesn't allow, with an emoji for example.
        return _A_LABEL + label.encode("punycode").decode()


def _label_to_unicode(label: str) -> str:
    if not label.startswith(_A_LABEL):
        return label
    try:
        return normalize("NFC", label.removeprefix(_A_LABEL).encode().decode("punycode"))
    except UnicodeError:
        return label

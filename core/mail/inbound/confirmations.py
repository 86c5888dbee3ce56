"""A mail provider asks whether mail may be forwarded to an address: its code and link, for the user to see.

Gmail's mail is known by its sender, the code in its subject, `(#123456789)`, and the link below `/mail/vf-`, which are
the same in all languages. Other providers' mail is known by a sender of theirs that names the forwarding address in
the text, beside a link of their own or a code: mail that is forwarded by a rule doesn't name it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from providers.messages import Message

# What is looked through of a text.
_LONGEST_TEXT: Final = 20_000
# Marks of direction, which Arabic and Hebrew mails have around a number; they are no white space.
_MARKS: Final = r"[\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]{0,40}"
# In parentheses, also wide ones.
_CODE_IN_SUBJECT: Final = re.compile(
    rf"[(\uff08][^()\uff08\uff09\d]{{0,12}}(\d{{5,12}}){_MARKS}[)\uff09]"
)
# `Confirmation code: 123456789` in any language.
_CODE_IN_TEXT: Final = re.compile(
    rf"[:\uff1a]{_MARKS}(\d{{5,12}})[.\u3002]?{_MARKS}$", re.MULTILINE
)
# Brackets may be around a link, or in pairs inside of it, as in older ones of Gmail (`/mail/vf-[...]-...`).
_PLAIN: Final = r"[^\s<>\"'()\[\]]"
_LINK: Final = re.compile(
    rf"https://(?:{_PLAIN}|\[{_PLAIN}{{1,500}}\]|\({_PLAIN}{{1,500}}\)){{1,2000}}"
)
# In some languages a word is joined to an address, before or behind it: it has other letters.
_ADDRESS: Final = re.compile(r"\w[\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a provider asks. `account`: the mailbox whose mail is to be forwarded, where the mail names it."""

    provider: str
    account: str | None
    code: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class _Form:
    provider: str
    senders: tuple[str, ...]
    hosts: tuple[str, ...]
    path: re.Pattern[str]
    names_address: bool


def _read_forms() -> Iterator[_Form]:
    path = Path(__file__).with_name("confirmations.json")
    for row in json.loads(path.read_text(encoding="utf-8")):
        yield _Form(
            row["provider"],
            tuple(row["senders"]),
            tuple(row["hosts"]),
            re.compile(row["path"]),
            row["names_address"],
        )


_FORMS: Final = tuple(_read_forms())
_HINT: Final = re.compile(
    "|".join(re.escape(sender) for form in _FORMS for sender in form.senders).encode(),
    re.IGNORECASE,
)
_LOOKED_AT: Final = 64 * 1024


def may_ask(raw: bytes) -> bool:
    """Tell, quickly, whether a mail may be a provider's question: its beginning names a sender of theirs."""
    return _HINT.search(raw, 0, _LOOKED_AT) is not None


def find_confirmation(message: Message, *, address: str) -> Confirmation | None:
    """Return what a provider asks in this mail, None where it is another mail. `address`: the forwarding address."""
    form = next((one for one in _FORMS if any(map(message.sender.belongs_to, one.senders))), None)
    if form is None or message.trust == "failed":
        return None
    text = "\n".join((message.text, message.visible_text))[:_LONGEST_TEXT]
    if form.names_address and address.lower() not in text.lower():
        return None
    code = _CODE_IN_SUBJECT.search(message.subject) or _CODE_IN_TEXT.search(text)
    link = _find_link(message, form)
    if code is None and link is None:
        return None
    return Confirmation(
        provider=form.provider,
        account=_find_account(f"{message.subject}\n{text}", message, address),
        # Some languages have digits of their own.
        code="".join(str(int(digit)) for digit in code[1]) if code else None,
        link=link,
    )


def _find_link(message: Message, form: _Form) -> str | None:
    """Return the longest link of the provider: the one with a token."""
    places = (message.text[:_LONGEST_TEXT], message.html[: 10 * _LONGEST_TEXT])
    links = {found.rstrip(".,;") for place in places for found in _LINK.findall(place)}
    own = [link.replace("&amp;", "&") for link in links if _is_of(link, form)]
    return max(own, key=lambda link: (len(link), link), default=None)


def _is_of(link: str, form: _Form) -> bool:
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
        has_plain_place = parts.port in (None, 443) and parts.username is None
    except ValueError:
        return False
    is_own = any(host == own or host.endswith(f".{own}") for own in form.hosts)
    return is_own and has_plain_place and bool(form.path.search(parts.path))


def _find_account(text: str, message: Message, address: str) -> str | None:
    others = {address.lower(), message.sender.address}
    return next((one for one in _ADDRESS.findall(text) if one.lower() not in others), None)

"""Addresses that mail plugins hand over: only what opens a public page, never what lets a stranger in."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, Field

MAX_LINK_CHARACTERS = 2000
_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
# The id of a posting, in all spellings that were seen: digits, hex, UUID, slug.
_PUBLIC_VALUE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*")
# A key is upper case, lower case and digits in one long word, or long hex, or a JSON web token; or it names a mailbox.
_OPAQUE = re.compile(
    r"(?=[^/]*[a-z])(?=[^/]*[A-Z])(?=[^/]*\d)[A-Za-z0-9_~+=.-]{32,}"
    r"|[0-9a-fA-F]{40,}|eyJ[\w.-]{16,}|[^/@]+@[^/@]+\.[a-z]+"
)
# Pictures whose path has an id of that shape.
_OPAQUE_PATHS = ("licdn.com",)


_ALLOWED: Mapping[str, frozenset[str]] = {
    host: frozenset(names)
    for host, names in json.loads(
        Path(__file__).with_name("link_parameters.json").read_text()
    ).items()
}


def host_belongs_to(host: str, domains: Collection[str]) -> bool:
    """Tell whether `host` is one of `domains` or below one."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def clean_link(url: str, *, hosts: Collection[str] = ()) -> str | None:
    """Return the address with its public parts alone; None where nothing public is left of it.

    Kept: https (http is lifted to it), host, path, and parameters that name a posting (`link_parameters.json`).
    None where the host is none of `hosts` (domains, which stand for their subdomains; () for any), has a port, where
    the path itself holds something like a key, and where more than 2,000 characters would be left.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.scheme not in ("http", "https")
        or port not in (None, 80, 443)
        or not _HOST.fullmatch(host)
    ):
        return None
    if (hosts and not host_belongs_to(host, hosts)) or len(parts.path) > MAX_LINK_CHARACTERS:
        return None
    is_plain = _PATH.fullmatch(parts.path)
    path = (parts.path if is_plain else quote(parts.path, safe="/%!$&'()*+,;=:@~-._")) or "/"
    public = _public_parameters(host, parts) if parts.query else []
    query = urlencode(public) if public else ""
    link = urlunsplit(("https", host, path, query, ""))
    return link if len(link) <= MAX_LINK_CHARACTERS and _fault(link) is None else None


def _public_parameters(host: str, parts: SplitResult) -> list[tuple[str, str]]:
    named = _parameters_of(host)
    may_be_opaque = host_belongs_to(host, _OPAQUE_PATHS)
    return [
        (name, value)
        for name, value in parse_qsl(parts.query.replace("&amp;", "&"))
        if name in named
        and _PUBLIC_VALUE.fullmatch(value)
        and (may_be_opaque or not _OPAQUE.search(value))
    ]


@lru_cache(maxsize=200)
def _parameters_of(host: str) -> frozenset[str]:
    return frozenset().union(
        *(
            names
            for domain, names in _ALLOWED.items()
            if domain == "*" or host_belongs_to(host, (domain,))
        )
    )


# A link is checked when it is made, and again when an event takes it.
@lru_cache(maxsize=50)
def _fault(link: str) -> str | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return "no address"
    if parts.scheme != "https" or parts.fragment:
        return "not https, or with a fragment"
    if not _HOST.fullmatch(parts.netloc):
        return "no public host, or with a user or a port"
    if not _PATH.fullmatch(parts.path):
        return "a path with characters that belong escaped"
    if not host_belongs_to(parts.netloc, _OPAQUE_PATHS) and _OPAQUE.search(unquote(parts.path)):
        return "a path with something like a key"
    if parts.query and len(_public_parameters(parts.netloc, parts)) != len(
        [one for one in parts.query.split("&") if one]
    ):
        return "a parameter that is no public one"
    return None


def _require_public(link: str) -> str:
    if fault := _fault(link):
        raise ValueError(fault)
    return link


PublicLink = Annotated[str, Field(max_length=MAX_LINK_CHARACTERS), AfterValidator(_require_public)]

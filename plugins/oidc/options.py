"""What an operator sets for a tenant: the issuer, the scopes, and whose accounts may log in."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, model_validator

MAX_ISSUER_CHARACTERS: Final = 500
MAX_LABEL_CHARACTERS: Final = 100
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# Microsoft's clouds: the internet's, the one of the government of the United States, the one of China.
ENTRA_HOSTS: Final = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
    }
)
# Entra's issuers for the accounts of any directory; their tokens name the directory's own issuer.
_ANY_DIRECTORY: Final = re.compile(r"/(?:common|organizations)/v2\.0")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, section 3.3


def is_sound_url(url: str, *, of_issuer: str | None = None) -> bool:
    """Tell whether Happo asks a URL: by HTTPS, without a user's name or a fragment.

    Without TLS only an issuer on this computer is asked, and what is at that issuer's own address (`of_issuer`).
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.fragment or not url.isprintable() or " " in url:
        return False
    if parts.scheme == "https":
        return True
    own = urlsplit(url if of_issuer is None else of_issuer)
    return (
        parts.scheme == "http"
        and host in LOOPBACK
        and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    )


def _require_issuer(text: str) -> str:
    if len(text) > MAX_ISSUER_CHARACTERS or "?" in text or not is_sound_url(text):
        raise ValueError("must be an https:// address without a query, as the provider shows it")
    return text


def _require_label(text: str) -> str:
    if len(text) > MAX_LABEL_CHARACTERS or not text.isprintable() or text != text.strip():
        raise ValueError(f"must be one line of at most {MAX_LABEL_CHARACTERS} characters")
    return text


def _require_scopes(text: str) -> str:
    scopes = text.split()
    if "openid" not in scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise ValueError("must be scopes with spaces between them, one of which is openid")
    return " ".join(scopes)


def _split_domains(value: object) -> frozenset[str]:
    domains = frozenset(part.strip().lower() for part in str(value).split(","))
    if not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise ValueError("must be domains with commas between them, like acme.example")
    return domains


def _split_directories(value: object) -> frozenset[str]:
    try:
        return frozenset(str(UUID(part.strip())) for part in str(value).split(","))
    except ValueError:
        raise ValueError("must be ids of Entra directories with commas between them") from None


class OidcOptions(BaseModel):
    """`email_domains`: none means all. `directories`: of Entra, for the issuers `common` and `organizations` alone.

    `label`: what users of the tenant call the provider; "" means the plugin's word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issuer: Annotated[str, AfterValidator(_require_issuer)]
    label: Annotated[str, AfterValidator(_require_label)] = ""
    scopes: Annotated[str, AfterValidator(_require_scopes)] = "openid email profile"
    email_domains: Annotated[frozenset[str], PlainValidator(_split_domains)] = frozenset()
    directories: Annotated[frozenset[str], PlainValidator(_split_directories)] = frozenset()

    @model_validator(mode="after")
    def _require_directories(self) -> OidcOptions:
        # Any person or company can have a directory, and write into it what they like.
        if self.is_of_any_directory and not self.directories:
            raise ValueError("this issuer serves every Entra directory: set directories too")
        if self.directories and not self.is_of_any_directory:
            raise ValueError("directories belong to Entra's issuers common and organizations")
        return self

    @property
    def is_entra(self) -> bool:
        return urlsplit(self.issuer).hostname in ENTRA_HOSTS

    @property
    def is_of_any_directory(self) -> bool:
        path = urlsplit(self.issuer).path
        return self.is_entra and _ANY_DIRECTORY.fullmatch(path) is not None

    @property
    def named_in_discovery(self) -> str:
        """Return the issuer that the discovery document must name."""
        return self._issuer_of("{tenantid}") if self.is_of_any_directory else self.issuer

    @property
    def named_in_tokens(self) -> frozenset[str]:
        """Return the issuers that a token may name."""
        if self.is_of_any_directory:
            return frozenset(self._issuer_of(directory) for directory in self.directories)
        return frozenset({self.issuer})

    def _issuer_of(self, directory: str) -> str:
        return f"https://{urlsplit(self.issuer).netloc}/{directory}/v2.0"

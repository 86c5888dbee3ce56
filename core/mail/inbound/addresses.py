"""Forwarding addresses: `<tenant>-<secret>@INBOUND_DOMAIN`.

The tenant part selects the tenant without a query, as in API keys. The secret has 100 random bits. It is stored as a
hash, by which mail is routed whatever becomes of SECRET_KEY, and encrypted, because the user is shown it again.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

# Crockford's base 32: mail programs may change the case of an address, and people mistake some letters for others.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET_LENGTH: Final = 20
# A local part has 64 octets (RFC 5321, 4.5.3.1.1), and perhaps a longer tag; a path has 254 without its angle brackets.
_LONGEST_LOCAL_PART: Final = 128
_LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True)
class AddressParts:
    """What a forwarding address says: whose tenant it is of, and its secret."""

    tenant: str
    secret: str


def new_local_part(tenant: str) -> str:
    """Return a new local part of the tenant, 61 characters at most."""
    return f"{tenant}-{''.join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))}"


def read_address(address: str, *, domain: str) -> AddressParts | None:
    """Return the parts of an address as a server sends it, None where it can't be one of `domain`.

    Case makes no difference. What follows a plus sign (`...+jobs@`) is left out. Whether the secret has the right form
    is not looked at: a wrong one costs the same look-up.
    """
    local, _, host = address.lower().rpartition("@")
    is_plain = address.isascii() and address.isprintable()
    if not domain or host.rstrip(".") != domain or not is_plain:
        return None
    if len(address) > _LONGEST_ADDRESS or len(local) > _LONGEST_LOCAL_PART:
        return None
    tenant, _, secret = local.partition("+")[0].rpartition("-")
    return AddressParts(tenant, secret) if tenant and secret else None


def hash_local_part(local: str) -> str:
    """Return what is stored to look a local part up."""
    return hash_secret(local.rpartition("-")[2])


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal. Its random bits can't be guessed, so a fast hash suffices."""
    return sha256(secret.encode()).hexdigest()

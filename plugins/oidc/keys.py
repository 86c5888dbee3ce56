"""The public keys that an issuer signs with (RFC 7517), and which of them a token may be signed with (RFC 7518)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from jwt import PyJWK
from jwt.exceptions import PyJWTError
from pydantic import ValidationError

from plugins.oidc.backend import OidcBackend
from providers.oauth.claims import Claims, Text
from providers.oauth.provider_client import ProviderClient

# (kind of key, curve). Nothing symmetric, and not `none`: those a stranger can make.
ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), ("RSA", None)),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
}
MOST_KEYS: Final = 50
LEAST_RSA_BITS: Final = 2048


class PublicKey(Claims):
    """One key. `issuer`: in Entra's documents for every directory, the issuer whose tokens it signs."""

    kty: Literal["RSA", "EC"]
    kid: Text | None = None
    alg: Text | None = None
    use: Text | None = None
    n: Text | None = None
    e: Text | None = None
    crv: Text | None = None
    x: Text | None = None
    y: Text | None = None
    issuer: Text | None = None

    def is_for(self, algorithm: str) -> bool:
        """Tell whether it verifies signatures of an algorithm."""
        kind, curve = ALGORITHMS[algorithm]
        is_of_kind = self.kty == kind and (curve is None or self.crv == curve)
        return is_of_kind and self.alg in (None, algorithm) and self.use in (None, "sig")

    def signs_for(self, issuer: str) -> bool:
        """Tell whether it may sign tokens of an issuer."""
        if self.issuer is None:
            return True
        head, placeholder, tail = self.issuer.partition("{tenantid}")
        if placeholder:
            return issuer.startswith(head) and issuer.endswith(tail)
        return issuer == self.issuer


class KeySet(Claims):
    keys: tuple[PublicKey, ...]

    def find(self, *, kid: str | None, algorithm: str, issuer: str) -> PublicKey | None:
        """Return the key with that id; the only one that fits, for a token that names none."""
        fitting = [one for one in self.keys if one.is_for(algorithm) and one.signs_for(issuer)]
        if kid is None:
            return fitting[0] if len(fitting) == 1 else None
        return next((one for one in fitting if one.kid == kid), None)


def find_key(
    backend: OidcBackend, *, kid: str | None, algorithm: str, issuer: str
) -> PublicKey | None:
    """Return the issuer's key for a token; the keys are fetched again for an unknown one, at most once a minute."""
    context, url = backend.provider_client.context, backend.jwks_uri()
    place = context.settings.resolve_url(url)
    kept = context.documents.find(place, KeySet, now=context.now())
    keys = kept or _fetch_keys(backend, url, place)
    found = keys.find(kid=kid, algorithm=algorithm, issuer=issuer)
    if found is not None or kept is None:
        return found
    if not context.documents.may_fetch_again(place, now=context.now()):
        return None
    return _fetch_keys(backend, url, place).find(kid=kid, algorithm=algorithm, issuer=issuer)


def load_key(key: PublicKey, algorithm: str, provider_client: ProviderClient) -> PyJWK:
    """Return a key as PyJWT has it. Raises `ProviderUnavailable` for one that is none, or is too short."""
    try:
        loaded = PyJWK.from_dict(key.model_dump(exclude_none=True), algorithm=algorithm)
    except (PyJWTError, ValueError, TypeError):
        loaded = None
    if loaded is None or (key.kty == "RSA" and loaded.key.key_size < LEAST_RSA_BITS):
        raise provider_client.unavailable("malformed")
    return loaded


def _fetch_keys(backend: OidcBackend, url: str, place: str) -> KeySet:
    context = backend.provider_client.context
    listed = backend.get_json(url).get("keys")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_KEYS:
        raise backend.provider_client.unavailable("malformed")
    keys = KeySet(keys=tuple(key for one in listed if (key := _read_key(one))))
    context.documents.keep(place, keys, now=context.now())
    return keys


def _read_key(document: object) -> PublicKey | None:
    """Return None for what is no key that Happo knows: an issuer may publish other kinds beside its own."""
    try:
        return PublicKey.model_validate(document)
    except ValidationError:
        return None

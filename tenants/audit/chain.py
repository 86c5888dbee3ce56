"""The seals of a log: digests of entries, chained by hashes and signed with a key that isn't in the database.

    digest of an entry = SHA-256 of its columns, as a JSON list (`logs.SealableEntry`)
    hash of a seal     = SHA-256 of (log, number, day, hash of the seal before, ids, digests)
    signature          = HMAC-SHA-256 of (purpose, log, number, hash)

Who changes rows in the database can compute hashes again, but no signature. A signature has a purpose, so that the one
of a seal is worth nothing as that of the log's head or of a checkpoint.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, Literal

import orjson

from core.derived_keys import derived_keys

Purpose = Literal["seal", "head", "checkpoint"]
DIGEST_BYTES: Final = 32
# Of what was noted and yet is no entry of the application's: it has no proof, or was gone before it was sealed.
NO_DIGEST: Final = bytes(DIGEST_BYTES)
NO_HASH: Final = bytes(32)
_KEY_PURPOSE: Final = "seals of the audit log"


@dataclass(frozen=True, slots=True)
class Seal:
    """Some entries of a log, all of one day (UTC). `digests`: 32 bytes for each of `ids`."""

    number: int
    day: date
    ids: Sequence[int]
    digests: bytes

    def hash(self, *, log: str, previous: bytes) -> bytes:
        """Return the hash of this seal after the one with the hash `previous`."""
        parts = [log, self.number, self.day.isoformat(), previous.hex(), list(self.ids)]
        return sha256(orjson.dumps(parts) + self.digests).digest()

    def digest_of(self, at: int) -> bytes:
        """Return the digest of the entry at that place of `ids`."""
        return self.digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES]


def sign(purpose: Purpose, *, log: str, number: int, hash: bytes) -> bytes:
    """Return the signature with the newest key."""
    return _sign(derived_keys(_KEY_PURPOSE)[0], purpose, log, number, hash)


def is_signed(signature: bytes, purpose: Purpose, *, log: str, number: int, hash: bytes) -> bool:
    """Return whether the signature was made with the newest key or an earlier one."""
    return any(
        hmac.compare_digest(signature, _sign(key, purpose, log, number, hash))
        for key in derived_keys(_KEY_PURPOSE)
    )


def _sign(key: bytes, purpose: Purpose, log: str, number: int, hash: bytes) -> bytes:
    return hmac.digest(key, orjson.dumps([purpose, log, number, hash.hex()]), "sha256")

"""Guessing is slow: so many failed log-ins per account, so many per address, in any ten minutes. So is registering.

An attempt is counted before the password is looked at, and taken back when it was right: however many come at once,
no more than the limit get through.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from django.db import connection

from core.errors import RateLimited

WINDOW = timedelta(minutes=10)
PER_ACCOUNT = 8
PER_ADDRESS = 100
REGISTRATION_WINDOW = timedelta(hours=1)
REGISTRATIONS_PER_ADDRESS = 20

_COUNT = """
    INSERT INTO logins_failedlogins AS l (subject, failed_at, expires_at)
    VALUES (%(subject)s, ARRAY[clock_timestamp()], clock_timestamp() + %(window)s::interval)
    ON CONFLICT (subject) DO UPDATE
       SET failed_at = array(SELECT t FROM unnest(l.failed_at) t
                              WHERE t > clock_timestamp() - %(window)s::interval ORDER BY t) || clock_timestamp(),
           expires_at = clock_timestamp() + %(window)s::interval
     WHERE (SELECT count(*) FROM unnest(l.failed_at) t
             WHERE t > clock_timestamp() - %(window)s::interval) < %(limit)s::integer
    RETURNING failed_at[cardinality(failed_at)]
"""
_FIRST_ENDS_IN = """
    SELECT min(t) + %(window)s::interval - clock_timestamp()
      FROM logins_failedlogins l, unnest(l.failed_at) t
     WHERE l.subject = %(subject)s AND t > clock_timestamp() - %(window)s::interval
"""
_TAKE_BACK = (
    "UPDATE logins_failedlogins SET failed_at = array_remove(failed_at, %s) WHERE subject = %s"
)
_FORGET = "DELETE FROM logins_failedlogins WHERE subject = %s"
# A few old rows with each failure, so that nothing else has to tidy up.
_SWEEP = """
    DELETE FROM logins_failedlogins WHERE subject IN
        (SELECT subject FROM logins_failedlogins WHERE expires_at < clock_timestamp() LIMIT 10 FOR UPDATE SKIP LOCKED)
"""


@dataclass(slots=True)
class Attempt:
    """One try to log in; a failure unless it is said to be right."""

    succeeded: bool = False


@contextmanager
def limited_attempt(account: str, *, address: str) -> Iterator[Attempt]:
    """Count an attempt on `account` from `address`; a failure stays counted, a success clears the account's failures.

    Raises `RateLimited` where there were too many of either. Not inside a transaction, whose end would undo it.
    """
    of_account, of_address = _hash("account", account), _hash("address", _network(address))
    _count(of_account, limit=PER_ACCOUNT)
    counted_at = _count(of_address, limit=PER_ADDRESS)
    attempt = Attempt()
    try:
        yield attempt
    finally:
        with connection.cursor() as cursor:
            if attempt.succeeded:
                cursor.execute(_FORGET, [of_account])
                cursor.execute(_TAKE_BACK, [counted_at, of_address])
            else:
                cursor.execute(_SWEEP)


def count_registration(address: str) -> None:
    """Count an attempt to register from `address`; raise `RateLimited` after too many within an hour.

    Each one costs a hash and a mail to somebody, and tells whether an address is known. Not inside a transaction.
    """
    if not _stands_for_many(address):
        subject = _hash("registration", _network(address))
        _count(subject, limit=REGISTRATIONS_PER_ADDRESS, window=REGISTRATION_WINDOW)


def _stands_for_many(address: str) -> bool:
    """Tell whether it is no client's own: loopback is a proxy that nobody has declared, or tests on this machine.

    Twenty registrations there would keep everybody else out.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return not address
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def _count(subject: bytes, *, limit: int, window: timedelta = WINDOW) -> datetime:
    facts = {"subject": subject, "limit": limit, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts)
        row = cursor.fetchone()
        if row is not None:
            return row[0]
        cursor.execute(_FIRST_ENDS_IN, facts)
        raise RateLimited(retry_after=cursor.fetchone()[0] or timedelta(seconds=1))


def _hash(kind: str, name: str) -> bytes:
    return sha256(f"{kind}:{name}".encode()).digest()


def _network(address: str) -> str:
    """Return the address, of IPv6 only the half that names the network: the other half its owner picks freely."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else parsed.exploded[:19]
    return str(parsed)

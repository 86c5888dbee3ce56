"""Limits on guessing passwords and on registering, counted per account and per client IP address.

A log-in is counted before its password is checked, and no longer counted once the password was right: of any number of
simultaneous attempts, no more than the limit are checked. Each limit holds for every window of its length.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from django.db import connection

from core.errors import RateLimited

# Failed log-ins.
WINDOW = timedelta(minutes=10)
PER_ACCOUNT = 8
PER_IP = 100
# Registrations, whether they succeed or not.
REGISTRATION_WINDOW = timedelta(hours=1)
REGISTRATIONS_PER_IP = 20

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
_TIME_TO_WAIT = """
    SELECT min(t) + %(window)s::interval - clock_timestamp()
      FROM logins_failedlogins l, unnest(l.failed_at) t
     WHERE l.subject = %(subject)s AND t > clock_timestamp() - %(window)s::interval
"""
_UNCOUNT = (
    "UPDATE logins_failedlogins SET failed_at = array_remove(failed_at, %s) WHERE subject = %s"
)
_RESET = "DELETE FROM logins_failedlogins WHERE subject = %s"
# Each failure deletes a few expired rows, so that the table needs no periodic job.
_SWEEP = """
    DELETE FROM logins_failedlogins WHERE subject IN
        (SELECT subject FROM logins_failedlogins WHERE expires_at < clock_timestamp() LIMIT 10 FOR UPDATE SKIP LOCKED)
"""


@dataclass(slots=True)
class LoginAttempt:
    """One attempt to log in. It counts as failed until `succeeded` is set."""

    succeeded: bool = False


@contextmanager
def limit_attempts(account: str, *, client_ip: str) -> Iterator[LoginAttempt]:
    """Count an attempt on `account` from `client_ip`; a failure stays counted, a success resets the account's counter.

    Raises `RateLimited` where the account or the IP address has reached its limit. Call it outside of a transaction,
    whose rollback would undo the count.
    """
    # Stored counters have these kinds in their hashes.
    of_account, of_ip = _hash("account", account), _hash("address", _network_of(client_ip))
    _count(of_account, limit=PER_ACCOUNT)
    counted_at = _count(of_ip, limit=PER_IP)
    attempt = LoginAttempt()
    try:
        yield attempt
    finally:
        with connection.cursor() as cursor:
            if attempt.succeeded:
                cursor.execute(_RESET, [of_account])
                cursor.execute(_UNCOUNT, [counted_at, of_ip])
            else:
                cursor.execute(_SWEEP)


def count_registration(client_ip: str) -> None:
    """Count a registration from `client_ip`; raise `RateLimited` after `REGISTRATIONS_PER_IP` within an hour.

    Each registration costs a password hash and an e-mail, and its answer says whether an e-mail address is registered.
    Call it outside of a transaction, whose rollback would undo the count.
    """
    if not _is_shared(client_ip):
        subject = _hash("registration", _network_of(client_ip))
        _count(subject, limit=REGISTRATIONS_PER_IP, window=REGISTRATION_WINDOW)


def _is_shared(client_ip: str) -> bool:
    """Return whether many clients have this IP address, so that one limit would lock all of them out.

    That is loopback: a reverse proxy that `TRUSTED_PROXIES` doesn't count, or clients on this machine. "" is unknown.
    """
    try:
        parsed = ip_address(client_ip)
    except ValueError:
        return not client_ip
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def _count(subject: bytes, *, limit: int, window: timedelta = WINDOW) -> datetime:
    """Count one attempt of `subject` and return its time; raise `RateLimited` where `limit` is reached."""
    facts = {"subject": subject, "limit": limit, "window": window}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts)
        row = cursor.fetchone()
        if row is not None:
            return row[0]
        cursor.execute(_TIME_TO_WAIT, facts)
        raise RateLimited(retry_after=cursor.fetchone()[0] or timedelta(seconds=1))


def _hash(kind: str, name: str) -> bytes:
    return sha256(f"{kind}:{name}".encode()).digest()


def _network_of(client_ip: str) -> str:
    """Return an IPv4 address itself, of an IPv6 address its /64 network: a client chooses the other 64 bits freely."""
    try:
        parsed = ip_address(client_ip)
    except ValueError:
        return client_ip
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else parsed.exploded[:19]
    return str(parsed)

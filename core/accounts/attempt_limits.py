"""Limits on guessing passwords and codes, and on asking for mail, counted per account and per client IP address.

An attempt is counted before its password is checked, and no longer counted once the password was right: of any number
of simultaneous attempts, no more than the limit are checked. Each limit holds for every window of its length.

The address is counted first, so that an address that has reached its limit can't use up the limits of accounts. And
an account that has reached its limit stays open to a client and address that logged in to it recently, within a limit
of their own: an attacker elsewhere can't lock a user out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from core.accounts.attempt_counters import AttemptCounters
from core.errors import Overloaded, RateLimited
from core.limits.addresses import is_loopback, network_of

# Failed attempts.
WINDOW = timedelta(minutes=10)
PER_ACCOUNT = 8
PER_IP = 100
# How long a client and address are known to an account after their last log-in.
KNOWN_FOR = timedelta(days=30)
# Requests for a mail to an address, whether an account has it or not.
MAIL_WINDOW = timedelta(hours=1)
MAILS_PER_ADDRESS = 5
MAILS_PER_IP = 20

# Of the active tenant. The table is named after the attempts that it was first made for.
COUNTERS: Final = AttemptCounters("logins_failedlogins")


@dataclass(slots=True)
class LoginAttempt:
    """One attempt to log in. It counts as failed until `succeeded` is set."""

    succeeded: bool = False


@contextmanager
def limit_attempts(
    account: str, *, client_ip: str, client: str = "", counters: AttemptCounters = COUNTERS
) -> Iterator[LoginAttempt]:
    """Count an attempt on `account` from `client_ip`; a failure stays counted, a success resets the account's counter.

    `client`: the id of the OAuth client that sends the attempt. Raises `RateLimited` where the account or the IP
    address has reached its limit. Call it outside of a transaction, whose rollback would undo the count.
    """
    # The hashes of stored counters contain these kinds: renaming one would reset its counters.
    network = network_of(client_ip)
    known = hash_subject("known", account, client, network)
    of_ip = hash_subject("address", network)
    counted_at = counters.count(of_ip, limit=PER_IP, window=WINDOW)
    of_account, account_counted_at = _count_account(account, known=known, counters=counters)
    attempt = LoginAttempt()
    try:
        yield attempt
    except Overloaded:
        # The password was not checked.
        counters.uncount(of_account, account_counted_at)
        counters.uncount(of_ip, counted_at)
        raise
    finally:
        if attempt.succeeded:
            counters.reset(of_account)
            counters.uncount_and_remember(
                of_ip, counted_at=counted_at, remembered=known, life=KNOWN_FOR
            )
        else:
            counters.sweep()


def _count_account(
    account: str, *, known: bytes, counters: AttemptCounters
) -> tuple[bytes, datetime]:
    """Count an attempt on the account; return for which subject and when. Raises `RateLimited`."""
    of_account = hash_subject("account", account)
    try:
        return of_account, counters.count(of_account, limit=PER_ACCOUNT, window=WINDOW)
    except RateLimited:
        if not counters.is_remembered(known):
            raise
    of_known = hash_subject("known account", known.hex())
    return of_known, counters.count(of_known, limit=PER_ACCOUNT, window=WINDOW)


def count_mail_request(email: str, *, client_ip: str) -> None:
    """Count a request for a mail to `email`; raise `RateLimited` beyond the limit of the IP address or of `email`.

    Call it outside of a transaction, whose rollback would undo the count.
    """
    if not is_loopback(client_ip):
        of_ip = hash_subject("mail from", network_of(client_ip))
        COUNTERS.count(of_ip, limit=MAILS_PER_IP, window=MAIL_WINDOW)
    COUNTERS.count(hash_subject("mail to", email), limit=MAILS_PER_ADDRESS, window=MAIL_WINDOW)


def hash_subject(kind: str, *names: str) -> bytes:
    """Return what a counter keeps of what it counts: no address or name can be read from it."""
    return sha256(":".join((kind, *names)).encode()).digest()

"""Limits on guessing passwords, on registering and on asking for mail, counted per account and per client IP address.

A log-in is counted before its password is checked, and no longer counted once the password was right: of any number of
simultaneous attempts, no more than the limit are checked. Each limit holds for every window of its length.

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

from core.accounts.logins.counters import AttemptCounters
from core.errors import Overloaded, RateLimited, TokenRefused
from core.limits.addresses import is_loopback, network_of
from core.limits.local_buckets import LocalBuckets

# Failed log-ins.
WINDOW = timedelta(minutes=10)
PER_ACCOUNT = 8
PER_IP = 100
# How long a client and address are known to an account after their last log-in.
KNOWN_FOR = timedelta(days=30)
# Registrations, whether they succeed or not.
REGISTRATION_WINDOW = timedelta(hours=1)
REGISTRATIONS_PER_IP = 20
# Requests for a mail to an address, whether an account has it or not.
MAIL_WINDOW = timedelta(hours=1)
MAILS_PER_ADDRESS = 5
MAILS_PER_IP = 20

# How long a browser may take at a provider's page.
LOGIN_STATE_LIFE: Final = timedelta(minutes=10)

# Log-ins to one account from one client and address, right passwords included.
LOGINS_PER_SECOND: Final = 1
LOGINS_BURST: Final = 30
logins: Final = LocalBuckets(rate=LOGINS_PER_SECOND, burst=LOGINS_BURST)

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
    known = _hash("known", account, client, network)
    of_ip = _hash("address", network)
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


def limit_logins(account: str, *, client_ip: str, client: str = "") -> None:
    """Count a log-in, whether its password is right or not, as each costs a hash; raise `RateLimited`."""
    logins.spend(_hash("log-in", account, client, network_of(client_ip)).hex())


def _count_account(
    account: str, *, known: bytes, counters: AttemptCounters
) -> tuple[bytes, datetime]:
    """Count an attempt on the account; return for which subject and when. Raises `RateLimited`."""
    of_account = _hash("account", account)
    try:
        return of_account, counters.count(of_account, limit=PER_ACCOUNT, window=WINDOW)
    except RateLimited:
        if not counters.is_remembered(known):
            raise
    of_known = _hash("known account", known.hex())
    return of_known, counters.count(of_known, limit=PER_ACCOUNT, window=WINDOW)


def count_registration(client_ip: str) -> None:
    """Count a registration from `client_ip`; raise `RateLimited` after `REGISTRATIONS_PER_IP` within an hour.

    Each registration costs a password hash and an e-mail, and its answer says whether an e-mail address is registered.
    Call it outside of a transaction, whose rollback would undo the count.
    """
    # Many clients may have this address: a reverse proxy that `TRUSTED_PROXIES` doesn't count, or clients on this
    # machine. One limit would lock all of them out.
    if not is_loopback(client_ip):
        subject = _hash("registration", network_of(client_ip))
        COUNTERS.count(subject, limit=REGISTRATIONS_PER_IP, window=REGISTRATION_WINDOW)


def count_mail_request(email: str, *, client_ip: str) -> None:
    """Count a request for a mail to `email`; raise `RateLimited` beyond the limit of the IP address or of `email`.

    Call it outside of a transaction, whose rollback would undo the count.
    """
    if not is_loopback(client_ip):
        of_ip = _hash("mail from", network_of(client_ip))
        COUNTERS.count(of_ip, limit=MAILS_PER_IP, window=MAIL_WINDOW)
    COUNTERS.count(_hash("mail to", email), limit=MAILS_PER_ADDRESS, window=MAIL_WINDOW)


def spend_login_state(state: str) -> None:
    """Remember the state of a log-in at a provider's page; raise `TokenRefused` where it was spent before.

    For as long as the state is valid. Call it outside of a transaction, whose rollback would undo it.
    """
    try:
        COUNTERS.count(_hash("log-in state", state), limit=1, window=LOGIN_STATE_LIFE)
    except RateLimited:
        raise TokenRefused("social") from None


def _hash(kind: str, *names: str) -> bytes:
    return sha256(":".join((kind, *names)).encode()).digest()

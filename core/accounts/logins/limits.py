"""Limits on log-ins, registrations and log-ins at a provider's page; those on guessing are in `attempt_limits`."""

from datetime import timedelta
from typing import Final

from core.accounts.attempt_limits import COUNTERS, hash_subject
from core.errors import RateLimited, TokenRefused
from core.limits.addresses import is_loopback, network_of
from core.limits.local_buckets import LocalBuckets

# Registrations, whether they succeed or not.
REGISTRATION_WINDOW = timedelta(hours=1)
REGISTRATIONS_PER_IP = 20

# How long a browser may take at a provider's page.
LOGIN_STATE_LIFE: Final = timedelta(minutes=10)

# Log-ins to one account from one client and address, right passwords included.
LOGINS_PER_SECOND: Final = 1
LOGINS_BURST: Final = 30
logins: Final = LocalBuckets(rate=LOGINS_PER_SECOND, burst=LOGINS_BURST)


def limit_logins(account: str, *, client_ip: str, client: str = "") -> None:
    """Count a log-in, whether its password is right or not, as each costs a hash; raise `RateLimited`."""
    logins.spend(hash_subject("log-in", account, client, network_of(client_ip)).hex())


def count_registration(client_ip: str) -> None:
    """Count a registration from `client_ip`; raise `RateLimited` after `REGISTRATIONS_PER_IP` within an hour.

    Each registration costs a password hash and an e-mail, and its answer says whether an e-mail address is registered.
    Call it outside of a transaction, whose rollback would undo the count.
    """
    # Many clients may have this address: a reverse proxy that `TRUSTED_PROXIES` doesn't count, or clients on this
    # machine. One limit would lock all of them out.
    if not is_loopback(client_ip):
        subject = hash_subject("registration", network_of(client_ip))
        COUNTERS.count(subject, limit=REGISTRATIONS_PER_IP, window=REGISTRATION_WINDOW)


def spend_login_state(state: str) -> None:
    """Remember the state of a log-in at a provider's page; raise `TokenRefused` where it was spent before.

    For as long as the state is valid. Call it outside of a transaction, whose rollback would undo it.
    """
    try:
        COUNTERS.count(hash_subject("log-in state", state), limit=1, window=LOGIN_STATE_LIFE)
    except RateLimited:
        raise TokenRefused("social") from None

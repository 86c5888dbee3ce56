"""Requests for a mail about an account, by any person who knows an address: the answer tells nothing about it."""

from typing import Final
from uuid import UUID, uuid5

from core.accounts.addresses import clean_email
from core.accounts.attempt_limits import count_mail_request
from core.accounts.queries import find_user_by_email

# Of the ids that stand for addresses without an account.
_UNKNOWN: Final = UUID("7b0f3b5e-6f0f-4a53-9a39-3a4f3a0c5d11")


def find_recipient(email: str, *, client_ip: str) -> UUID:
    """Return the UUID of the user with this address, and one of no user for an address that no user has.

    Both take as long. Raises `Invalid` for a malformed address, `RateLimited` after too many requests for this address
    or from this IP address. Call it outside of a transaction.
    """
    address = clean_email(email)
    count_mail_request(address, client_ip=client_ip)
    found = find_user_by_email(email)
    return found.uuid if found else uuid5(_UNKNOWN, address)

"""Why a mailbox could not be fetched, in the words that its user sees."""

from collections.abc import Mapping
from typing import Final

from providers.contracts import (
    CredentialsRefused,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
)

REFUSED: Final = "refused"
SCOPE_MISSING: Final = "missing-scope"
SWITCHED_OFF: Final = "switched-off"
FULL: Final = "full"
CLOSED: Final = "closed"
# By the code that is stored, without a full stop.
FAILURES: Final[Mapping[str, str]] = {
    REFUSED: "The log-in is no longer accepted: connect the mailbox again",
    SCOPE_MISSING: "The permission to read mail was not given: connect the mailbox again",
    SWITCHED_OFF: "Mailboxes of this kind are switched off",
    FULL: "As much mail is kept as one account may have: remove a mailbox with what it brought",
    "connection": "The mail server can't be reached, or it broke the connection off",
    "timeout": "The mail server takes too long to answer",
    "tls": "The certificate of the mail server doesn't fit, or the server doesn't encrypt",
    "status": "The mail server answers with an error",
    "rate-limited": "The mail server asks to be called less often",
    "malformed": "The answer of the mail server can't be read",
    "too-large": "The mail server sends more than is taken at once",
    "unknown-host": "The mail server's name leads to no address",
    "forbidden": "The mail server is in a network that is not connected to",
    "folders": "None of the folders to read exists any more",
    CLOSED: "The administrator of the account has closed its mail to applications",
    "not-set-up": "Mailboxes of this kind are not set up: an operator has to",
    "broken": "The plugin that fetches this mailbox failed",
}


def failure_of(error: ProviderError) -> str:
    """Return the code of what a mailbox raised."""
    match error:
        case ScopeMissing():
            return SCOPE_MISSING
        case CredentialsRefused():
            return REFUSED
        case ProviderUnavailable(reason=reason):
            return reason
        case ProviderMisconfigured(setting="folders" | "switched-off" | "closed" as setting):
            return setting
        case ProviderMisconfigured():
            return "not-set-up"
    return "broken"


def describe_failure(code: str) -> str:
    """Return the sentence of a code, also of one that a later release stored."""
    return FAILURES.get(code, FAILURES["status"])

"""What goes wrong with a server, as errors of the contract. None shows what the server said: it may hold secrets."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imapclient.exceptions import LoginError, ProtocolError

from providers.contracts import (
    ConnectFailure,
    CredentialsRefused,
    ProviderError,
    ProviderUnavailable,
)
from providers.errors import OutageReason

NAME: Final = "imap"
# Response codes (RFC 5530) with which a server says that it can't now, which is no refusal.
_NOT_NOW: Final = re.compile(r"\[(?:UNAVAILABLE|INUSE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)
# Gmail and others say it in words.
_TOO_OFTEN: Final = re.compile(
    r"\[(?:LIMIT|THROTTLED|OVERQUOTA)\b|too many|rate limit", re.IGNORECASE
)
# "Please try again" alone asks for another password.
_LATER: Final = re.compile(r"try again (?:later|in|after)\b|temporar", re.IGNORECASE)
_WRONG: Final = re.compile(
    r"\[(?:AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED)\b", re.IGNORECASE
)
_EXPIRED: Final = re.compile(r"\[EXPIRED\b", re.IGNORECASE)
# What imaplib itself finds wrong with an answer; all else that ends a connection is the server's BYE or an end of file.
_UNINTELLIGIBLE: Final = ("unexpected response", "unexpected tagged", "unterminated line")


class Renumbered(Exception):
    """The folder has another UIDVALIDITY than when it was opened: what was read of it counts no more."""


class Stalled(ProviderUnavailable):
    """The server sent no more in the middle of a mail, although there was time: what it announced may be wrong."""


@contextmanager
def translated_failures() -> Iterator[None]:
    """Turn what the library, the connection and the server raise into `ProviderError`."""
    try:
        yield
    except (ProviderError, Renumbered):
        raise
    except Exception as error:  # noqa: BLE001 - the library fails in many ways at what a server may say
        failure = _translate(error)
    else:
        return
    # Outside of the `except`, without its text: servers repeat what they were sent.
    raise failure from None


def _translate(error: Exception) -> ProviderError:
    if isinstance(error, ConnectFailure):
        return ProviderUnavailable(NAME, error.reason)
    said = str(error)
    if isinstance(error, LoginError) and not _is_no_refusal(error):
        return _translate_refusal(said)
    if _TOO_OFTEN.search(said):
        return ProviderUnavailable(NAME, "rate-limited")
    return ProviderUnavailable(NAME, _find_reason(error, said))


def _is_no_refusal(error: LoginError) -> bool:
    """Tell whether the connection ended, or the server didn't understand, where the library speaks of the log-in."""
    cause = error.__context__
    return isinstance(cause, imaplib.IMAP4.abort) or "command error: BAD" in str(error)


def _translate_refusal(said: str) -> ProviderError:
    if _TOO_OFTEN.search(said):
        return ProviderUnavailable(NAME, "rate-limited")
    if _NOT_NOW.search(said) or (_LATER.search(said) and not _WRONG.search(said)):
        return ProviderUnavailable(NAME, "status")
    return CredentialsRefused(NAME, "expired" if _EXPIRED.search(said) else "invalid")


def _find_reason(error: BaseException, said: str) -> OutageReason:
    if isinstance(error, LoginError) and error.__context__:
        error = error.__context__
    if isinstance(error, imaplib.IMAP4.abort):
        return "malformed" if any(text in said for text in _UNINTELLIGIBLE) else "connection"
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, ProtocolError):
        return "status"
    return "malformed"

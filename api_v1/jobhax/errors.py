"""Errors as the JobHax API answers them: `{"success", "error_code", "error_message", "data"}`."""

from collections.abc import Mapping
from typing import Final

from api_v1 import failures
from api_v1.api import ErrorResponse
from api_v1.http_errors import HttpError, VersionNotOffered
from core import errors as domain
from core import messages

# JobHax: "Error codes"; 12 is Happo's addition.
DOCUMENTED_MESSAGES: Final[Mapping[int, str]] = {
    0: "",
    1: "Invalid credentials",
    2: "User profile not found.",
    3: "Error occured while updating the google token.",
    4: "Google token has expired. Please refresh Google token.",
    5: "Couldnt logout user...",
    6: "Could not login... Please check your credentials...",
    7: "Passwords do not match",
    8: "That username is taken",
    9: "That email is being used",
    10: "Invalid parameters...",
    11: "Record not found...",
    12: "Internal error",
}
# Each error's status and its error_code.
MAPPING: Final[Mapping[type[domain.DomainError], tuple[int, int]]] = {
    domain.NotFound: (404, 11),
    domain.Forbidden: (403, 1),
    domain.Invalid: (400, 10),
    domain.Conflict: (409, 10),
    domain.PositionArchived: (409, 10),
    domain.Unauthenticated: (401, 1),
    domain.ReadOnlyCredential: (403, 1),
    domain.WriteOnlyCredential: (403, 1),
    domain.TenantSuspended: (403, 1),
    domain.TooLarge: (413, 10),
    domain.RateLimited: (429, 10),
    domain.QuotaExceeded: (403, 10),
    domain.QuotaUsedUpForNow: (429, 10),
    domain.ProviderDown: (503, 12),
    domain.DatabaseDown: (503, 12),
    domain.Overloaded: (503, 12),
    domain.TenantBusy: (503, 12),
    domain.WrongPassword: (401, 6),
    domain.PasswordsDiffer: (400, 7),
    domain.WeakPassword: (400, 10),
    domain.UsernameTaken: (409, 8),
    domain.EmailTaken: (409, 9),
    domain.WrongClient: (401, 1),
    domain.TokenRefused: (401, 1),
    domain.ForeignToken: (400, 5),
    domain.IdentityMissing: (404, 2),
    domain.MailTokenRefused: (400, 3),
    domain.MailTokenExpired: (401, 4),
    domain.MailboxRefused: (401, 4),
}


def render_error(error: domain.DomainError | HttpError, request_id: str) -> ErrorResponse:
    """Return the head's answer to an error."""
    if isinstance(error, HttpError):
        number = 12 if error.status >= 500 else 11 if error.status == 404 else 10
        # A client that names no offered version has to learn which ones are, beside the documented message.
        lead = f"{DOCUMENTED_MESSAGES[number]} " if isinstance(error, VersionNotOffered) else ""
        return _error_response(error.status, number, lead + error.message, error.headers)
    status, number = failures.lookup(error, MAPPING)
    return _error_response(status, number, messages.message_for(error), failures.headers_for(error))


def _error_response(
    status: int, number: int, message: str, headers: Mapping[str, str]
) -> ErrorResponse:
    body = {"success": False, "error_code": number, "error_message": message, "data": None}
    return ErrorResponse(status, body, headers)

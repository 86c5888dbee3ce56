"""Errors as the Happo API answers them: `{"statusCode", "error", "message"}` and, in the head, details."""

from collections.abc import Mapping
from typing import Final

from api_v1 import failures
from api_v1.api import ErrorResponse, JsonObject
from api_v1.happo.spelling import spell_fields
from api_v1.http_errors import REASONS, HttpError
from core import errors as domain
from core import messages

# Each error's status and its stable code for programs.
MAPPING: Final[Mapping[type[domain.DomainError], tuple[int, str]]] = {
    domain.NotFound: (404, "not_found"),
    domain.Forbidden: (403, "forbidden"),
    domain.Invalid: (400, "invalid"),
    domain.Conflict: (409, "conflict"),
    domain.PositionArchived: (409, "position_archived"),
    domain.IdempotencyKeyReused: (409, "idempotency_key_reused"),
    domain.Unauthenticated: (401, "unauthenticated"),
    domain.ReadOnlyCredential: (403, "read_only_credential"),
    domain.WriteOnlyCredential: (403, "write_only_credential"),
    domain.TenantSuspended: (403, "tenant_suspended"),
    domain.TooLarge: (413, "too_large"),
    domain.RateLimited: (429, "rate_limited"),
    domain.QuotaExceeded: (403, "quota_exceeded"),
    domain.QuotaUsedUpForNow: (429, "quota_exceeded"),
    domain.ProviderDown: (503, "provider_down"),
    domain.DatabaseDown: (503, "unavailable"),
    domain.Overloaded: (503, "unavailable"),
    domain.TenantBusy: (503, "busy"),
    domain.WrongPassword: (401, "wrong_password"),
    domain.PasswordsDiffer: (400, "passwords_differ"),
    domain.WeakPassword: (400, "weak_password"),
    domain.UsernameTaken: (409, "username_taken"),
    domain.EmailTaken: (409, "email_taken"),
    domain.WrongClient: (401, "wrong_client"),
    domain.TokenRefused: (401, "token_refused"),
    domain.ForeignToken: (400, "foreign_token"),
    domain.IdentityMissing: (404, "identity_missing"),
    domain.MailTokenRefused: (400, "mail_token_refused"),
    domain.MailTokenExpired: (401, "mail_token_expired"),
    domain.MailboxRefused: (401, "mailbox_refused"),
}


def render_error(error: domain.DomainError | HttpError, request_id: str) -> ErrorResponse:
    """Return the head's answer to an error."""
    if isinstance(error, HttpError):
        return ErrorResponse(
            error.status,
            _body(error.status, error.code, error.message, [], request_id),
            error.headers,
        )
    if isinstance(error, domain.Invalid):
        error = spell_fields(error)
    status, code = failures.lookup(error, MAPPING)
    details = [
        {
            "field": problem.field,
            "code": problem.code,
            "message": messages.message_for_problem(problem),
        }
        for problem in (error.problems if isinstance(error, domain.Invalid) else ())
    ]
    return ErrorResponse(
        status,
        _body(status, code, messages.message_for(error), details, request_id),
        failures.headers_for(error),
    )


def _body(
    status: int, code: str, message: str, details: list[dict[str, str]], request_id: str
) -> JsonObject:
    return {
        "statusCode": status,
        "error": REASONS[status],
        "message": message,
        "code": code,
        "errors": details,
        "requestId": request_id,
    }

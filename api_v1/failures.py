"""The words and headers of domain errors, the same for both APIs. Statuses and codes are each API's own."""

from collections.abc import Mapping
from math import ceil
from typing import Final, TypeVar

from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from api_v1.http_errors import Crash, HttpError, MalformedRequest, PathUnknown
from api_v1.problems import sentence
from core import errors as domain

Place = TypeVar("Place")

RETRY_AFTER_OUTAGE: Final = 5
# The server can't be reached (08), has no room (53) or is going down (57P).
_DOWN: Final = ("08", "53", "57P")


def words(error: domain.DomainError) -> str:
    """Return one sentence for the caller. It never tells more than the error's own docstring allows."""
    match error:
        case domain.NotFound(kind=kind):
            return f"{_named(kind)} not found"
        case domain.Forbidden(action=action, kind=kind):
            return f"You may not {action} this {kind.replace('_', ' ')}"
        case domain.Invalid(problems=problems):
            return sentence(problems[0])
        case domain.Conflict(kind=kind, reason=reason):
            return f"{_named(kind)} {reason}"
        case domain.Unauthenticated(reason="missing"):
            return "Authorization header is required: Bearer and your secret key"
        case domain.Unauthenticated():
            return "The credential is not valid"
        case domain.ReadOnlyCredential():
            return "This credential may only read"
        case domain.WriteOnlyCredential():
            return "This credential may not read"
        case domain.TenantSuspended():
            return "This account is suspended"
        case domain.TooLarge(limit=limit):
            return f"The body must be at most {limit} bytes"
        case domain.RateLimited():
            return f"Too many requests: try again in {_seconds(error)} s"
        case domain.ProviderDown(provider=provider):
            return f"{_named(provider)} does not answer: try again later"
        case domain.DatabaseDown():
            return "The service is not available: try again later"
        case domain.WrongPassword():
            return "The user name or the password is wrong"
        case domain.PasswordsDiffer():
            return "password and password2 must be the same"
        case domain.WeakPassword(reasons=reasons):
            return " ".join(reasons)
        case domain.UsernameTaken():
            return "That username is taken"
        case domain.EmailTaken():
            return "That email is being used"
        case domain.WrongClient():
            return "client_id or client_secret is wrong"
        case domain.TokenRefused(kind=kind):
            return f"The {kind} token is not accepted"
        case domain.ForeignToken():
            return "The token was not issued to this client"
        case domain.IdentityMissing(provider=provider):
            return f"No {_named(provider)} account is linked"
        case domain.MailTokenRefused():
            return "The Google token can't be used to read mail"
        case domain.MailTokenExpired():
            return "The Google token has expired: send a fresh one"
    raise NotImplementedError(f"{type(error).__name__} has no words")


def place(error: domain.DomainError, mapping: Mapping[type[domain.DomainError], Place]) -> Place:
    """Return what an API's mapping says of the error, or of the nearest kind above it; raise `LookupError`."""
    for kind in type(error).__mro__:
        if kind in mapping:
            return mapping[kind]
    raise LookupError(f"{type(error).__name__} has no place")


def headers(error: domain.DomainError) -> Mapping[str, str]:
    """Return the headers that the error's status asks for."""
    match error:
        case domain.Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case domain.RateLimited():
            return {"Retry-After": str(_seconds(error))}
        case domain.ProviderDown() | domain.DatabaseDown():
            return {"Retry-After": str(RETRY_AFTER_OUTAGE)}
    return {}


def known(error: Exception) -> domain.DomainError | HttpError:
    """Return the error as one of ours; `Crash` where it is a mistake of ours."""
    match error:
        case domain.DomainError() | HttpError():
            return error
        case RequestDataTooBig():
            return MalformedRequest("The form has too much text in its fields")
        case DisallowedHost():
            return MalformedRequest("The host of this address is not served here")
        case SuspiciousOperation() | UnreadablePostError() | MultiPartParserError():
            return MalformedRequest("The request can't be read")
        case Http404():
            return PathUnknown()
        case PermissionDenied():
            return domain.Forbidden("use", "resource")
        case OperationalError() | InterfaceError() if _is_down(error):
            return domain.DatabaseDown()
    return Crash()


def _is_down(error: Exception) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_DOWN)


def _seconds(error: domain.RateLimited) -> int:
    return max(1, ceil(error.retry_after.total_seconds()))


def _named(kind: str) -> str:
    name = kind.replace("_", " ")
    return name[:1].upper() + name[1:]

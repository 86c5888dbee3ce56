"""What both APIs do alike with an exception: classify it, look it up in a mapping, and choose its headers.

Sentences are in `core.messages`; statuses and codes are each API's own.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, InterfaceError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from api_v1.http_errors import Crash, HttpError, MalformedRequest, PathUnknown
from core import errors as domain
from core.database_failures import is_passing_failure
from core.messages import seconds_to_wait
from core.quotas.queries import read_refusal

Answer = TypeVar("Answer")

RETRY_AFTER_OUTAGE: Final = 5  # seconds


def lookup(error: domain.DomainError, mapping: Mapping[type[domain.DomainError], Answer]) -> Answer:
    """Return what an API's mapping has for the error, or for its nearest base class; raise `LookupError`."""
    for kind in type(error).__mro__:
        if kind in mapping:
            return mapping[kind]
    raise LookupError(f"{type(error).__name__} is in no mapping")


def headers_for(error: domain.DomainError) -> Mapping[str, str]:
    """Return the headers that the status of the error calls for."""
    match error:
        case domain.Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case domain.RateLimited() | domain.Overloaded() | domain.QuotaUsedUpForNow():
            return {"Retry-After": str(seconds_to_wait(error))}
        case domain.ProviderDown() | domain.DatabaseDown() | domain.TenantBusy():
            return {"Retry-After": str(RETRY_AFTER_OUTAGE)}
    return {}


def classify(error: Exception) -> domain.DomainError | HttpError:
    """Return the error as one that an API answers with; `Crash` for a fault of the application."""
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
        case DatabaseError() if (refusal := read_refusal(error)) is not None:
            return refusal
        case DatabaseError() | InterfaceError() if is_passing_failure(error):
            return domain.DatabaseDown()
    return Crash()

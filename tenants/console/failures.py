"""The HTTP statuses of services' errors on the pages of the consoles."""

from collections.abc import Mapping
from typing import Final

from core.errors import (
    Conflict,
    DatabaseDown,
    DomainError,
    EmailTaken,
    Forbidden,
    NotFound,
    Overloaded,
    PositionArchived,
    ProviderDown,
    QuotaExceeded,
    RateLimited,
    TenantBusy,
    UsernameTaken,
)

_STATUSES: Final[Mapping[type[DomainError], int]] = {
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    EmailTaken: 409,
    UsernameTaken: 409,
    PositionArchived: 409,
    QuotaExceeded: 409,
    RateLimited: 429,
    DatabaseDown: 503,
    Overloaded: 503,
    ProviderDown: 503,
    TenantBusy: 503,
}


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a service's error: 400 for what the visitor typed."""
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 400)

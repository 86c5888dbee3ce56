"""Links that serve one file of one tenant for a limited time, without credentials.

A link's token reads `<slug>.<attachment id>.<expiry in ms>.<signature>`. The signature also covers the tenant's id,
so that a link of a deleted tenant is invalid for a later tenant with the same slug.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

from core.errors import Forbidden, Unauthenticated
from tenants.context import TenantRef
from tenants.registry import tenant_by_slug
from tenants.routing import refuse_suspended, route_host


def new_token(tenant: TenantRef, attachment_id: UUID, *, expires_at: datetime) -> str:
    """Return a token that opens one file until `expires_at` (to the millisecond)."""
    subject = f"{tenant.slug}.{attachment_id.hex}.{_milliseconds(expires_at)}"
    return _signer().sign(f"{tenant.id}.{subject}").partition(".")[2]


def read_token(token: str, *, host: str) -> tuple[TenantRef, UUID]:
    """Return the tenant and the attachment that a token opens.

    Raises `Forbidden` for an altered or expired token, `Unauthenticated` on the host of another tenant, and
    `TenantSuspended`.
    """
    tenant = _signed_by(token)
    _, attachment_id, expiry, _ = token.split(".")
    at_host = route_host(host)
    if at_host is not None and at_host.id != tenant.id:
        raise Unauthenticated("wrong")
    refuse_suspended(tenant)
    if _milliseconds(datetime.now(UTC)) >= int(expiry):
        raise Forbidden("use", "expired link")
    return tenant, UUID(attachment_id)


def _signer() -> Signer:
    return Signer(salt="happo.file-link", sep=".", algorithm="sha256")


def _signed_by(token: str) -> TenantRef:
    tenant = tenant_by_slug(token.partition(".")[0])
    if tenant is None or tenant.status == "deleting":
        raise Forbidden("use", "link")
    try:
        _signer().unsign(f"{tenant.id}.{token}")
    except BadSignature:
        raise Forbidden("use", "link") from None
    return tenant


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

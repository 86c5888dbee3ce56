"""A tenant's API keys and OAuth clients, as operators change them: by `manage.py` and in the console."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from core.accounts.oauth.clients import IssuedClient, issue_client
from core.accounts.oauth.clients import pin_version as pin_version_of
from core.accounts.oauth.clients import remove_client as remove_client_of
from core.accounts.queries import require_user
from core.accounts.services import IssuedKey, issue_api_key, limit_api_key, revoke_api_key
from core.accounts.values import BOTH_SCOPES, Scope
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import client_prefix, key_prefix
from tenants.origins import add_origin, remove_origins
from tenants.revocations import note_revocation


def create_key(
    tenant: TenantRef,
    who: str,
    *,
    scopes: Collection[Scope] = BOTH_SCOPES,
    expires_in_days: int | None = None,
    pinned_version: str | None = None,
    rate: int | None = None,
    burst: int | None = None,
) -> IssuedKey:
    """Issue an API key for a user, named as `require_user` takes it. None stands for the defaults."""
    with transaction.atomic(), tenant_scope(tenant):
        user = require_user(who)
        issued = issue_api_key(
            user,
            prefix=key_prefix(tenant),
            scopes=scopes,
            expires_in=timedelta(days=expires_in_days) if expires_in_days else None,
            pinned_version=pinned_version,
            rate_per_second=rate,
            burst=burst,
        )
        audit.record("apikey.create", issued.id, tenant=tenant.slug, user=user.uuid, scopes=scopes)
    return issued


def limit_key(tenant: TenantRef, key_id: UUID, *, rate: int | None, burst: int | None) -> None:
    """Set the limits of a key, within 5 s; None stands for the default. Raises `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        limit_api_key(key_id, rate_per_second=rate, burst=burst)
        audit.record("apikey.limit", key_id, tenant=tenant.slug, rate=rate, burst=burst)


def revoke_key(tenant: TenantRef, key_id: UUID) -> None:
    """Refuse a key within 5 s; raise `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        revoke_api_key(key_id)
        audit.record("apikey.revoke", key_id, tenant=tenant.slug)


def create_client(
    tenant: TenantRef,
    name: str,
    *,
    pinned_version: str | None = None,
    origins: Collection[str] = (),
) -> IssuedClient:
    """Create an OAuth client that pages of `origins` use; raise as `add_origin`."""
    with transaction.atomic(), tenant_scope(tenant):
        issued = issue_client(name, prefix=client_prefix(tenant), pinned_version=pinned_version)
        audit.record("oauthclient.create", issued.client_id, tenant=tenant.slug)
        for origin in origins:
            add_origin(tenant, issued.client_id, origin)
    return issued


def pin_client(tenant: TenantRef, client_id: str, version: str | None) -> None:
    """Set the API version of a client's requests that name none; raise `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        pin_version_of(client_id, version)
        audit.record("oauthclient.pin", client_id, tenant=tenant.slug, version=version)
    note_revocation(tenant)


def remove_client(tenant: TenantRef, client_id: str) -> None:
    """Remove a client with its tokens and origins; raise `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        remove_client_of(client_id)
        remove_origins(tenant, client_id=client_id)
        audit.record("oauthclient.remove", client_id, tenant=tenant.slug)
    note_revocation(tenant)

"""The life of a tenant: made, suspended, emptied, deleted. Everything here needs the owner's log-in."""

import base64
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from psycopg import sql

from core.accounts.queries import first_user_email
from core.accounts.services import issue_api_key, register_confirmed_user
from core.errors import Conflict, Invalid, NotFound
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import key_prefix
from tenants.database.base import DatabaseWrapper
from tenants.database.owner import owner_login
from tenants.migrations_state import tenant_head
from tenants.models import Domain, Tenant, TenantStatus
from tenants.storage import delete_files, file_names
from tenants.template import template_batch

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
# The role may work with the rows of its tables, and with nothing else of its schema.
_GRANTS = sql.SQL(
    """
    GRANT USAGE ON SCHEMA {schema} TO {schema};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {schema};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {schema};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {schema};
    REVOKE ALL ON {schema}.django_migrations, {schema}.django_migrations_id_seq FROM {schema};
    GRANT {schema} TO {application} WITH INHERIT FALSE, SET TRUE;
    """
)


@dataclass(frozen=True, slots=True)
class CreatedTenant:
    """A new tenant with what is shown only this once."""

    ref: TenantRef
    host: str
    api_key: str
    owner_email: str
    owner_uuid: UUID


def create_tenant(
    slug: str, *, name: str, owner_email: str, domain: str | None = None, sandbox: bool = False
) -> CreatedTenant:
    """Make a tenant with its first user and key, ready for its first request, in one transaction.

    Raises `Invalid` for a slug that can't be one, `Conflict` where slug or domain is taken.
    """
    if not SLUG.fullmatch(slug):
        raise Invalid.one("slug", "slug")
    host = (domain or f"{slug}.localhost").lower()
    with owner_login() as connection:
        batch = template_batch(connection)
        with transaction.atomic():
            tenant = _register(slug, name=name, host=host, sandbox=sandbox)
            _make_schema(connection, tenant.schema_name, batch=batch)
            with tenant_scope(tenant.ref()):
                owner = register_confirmed_user(owner_email)
                issued = issue_api_key(owner, prefix=key_prefix(tenant.ref()))
    return CreatedTenant(
        ref=tenant.ref(), host=host, api_key=issued.key, owner_email=owner.email, owner_uuid=owner.uuid
    )


def _register(slug: str, *, name: str, host: str, sandbox: bool) -> Tenant:
    tenant = Tenant(
        slug=slug, name=name, is_sandbox=sandbox, schema_name=_new_schema_name(), schema_digest=tenant_head().digest
    )
    kind = "slug"
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            kind = "domain"
            Domain(domain=host, tenant=tenant, is_primary=True).save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(kind=kind) from error
    return tenant


def _new_schema_name() -> str:
    # Opaque: a customer's name in a schema name would have to change with it.
    return "t_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def _make_schema(connection: DatabaseWrapper, name: str, *, batch: str) -> None:
    schema = sql.Identifier(name)
    owner = sql.Identifier(connection.settings_dict["USER"])
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN; CREATE SCHEMA {}").format(schema, schema))
        cursor.execute(sql.SQL("GRANT {} TO {} WITH INHERIT TRUE, SET TRUE").format(schema, owner))
    with connection.schema_search_path(name), connection.cursor() as cursor:
        cursor.execute(batch)
        cursor.execute(_GRANTS.format(schema=schema, application=application))


def suspend_tenant(slug: str) -> TenantRef:
    """Refuse the tenant's requests from now on (every process within 5 s)."""
    return _change_status(slug, before=TenantStatus.ACTIVE, after=TenantStatus.SUSPENDED)


def resume_tenant(slug: str) -> TenantRef:
    """Let a suspended tenant's requests in again."""
    return _change_status(slug, before=TenantStatus.SUSPENDED, after=TenantStatus.ACTIVE)


def _change_status(slug: str, *, before: TenantStatus, after: TenantStatus) -> TenantRef:
    with owner_login(), transaction.atomic():
        tenant = _locked(slug)
        if tenant.status not in (before, after):
            raise Conflict(kind="tenant", reason=f"is {tenant.status}")
        tenant.status = after
        tenant.save(update_fields=["status"])
        return tenant.ref()


def _locked(slug: str) -> Tenant:
    tenant = Tenant.objects.select_for_update().filter(slug=slug).first()
    if tenant is None:
        raise NotFound(kind="tenant", id=slug)
    return tenant


def delete_tenant(slug: str) -> None:
    """Remove a tenant for good: its files, schema, role and row.

    Nobody gets in from the first moment on. Cut off in the middle, the same call again finishes it.
    """
    with owner_login() as connection:
        with transaction.atomic():
            tenant = _locked(slug)
            tenant.status = TenantStatus.DELETING
            tenant.save(update_fields=["status"])
        delete_files(file_names(tenant.ref()))
        with transaction.atomic():
            tenant = _locked(slug)
            _drop_schema(connection, tenant.schema_name)
            tenant.delete()


def _drop_schema(connection: DatabaseWrapper, name: str) -> None:
    schema = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(schema))


def reset_tenant(slug: str) -> CreatedTenant:
    """Empty a sandbox: as new, with the same slug, host and owner, and a new key. Raises `Conflict` for others."""
    with owner_login() as connection:
        batch = template_batch(connection)
        with transaction.atomic():
            tenant = _locked(slug)
            if not tenant.is_sandbox:
                raise Conflict(kind="tenant", reason="is no sandbox")
            with tenant_scope(tenant.ref()):
                owner_email = first_user_email()
            # Listed before the commit: what is uploaded after it belongs to the new sandbox.
            former_files = file_names(tenant.ref())
            _drop_schema(connection, tenant.schema_name)
            tenant.schema_name, tenant.schema_digest = _new_schema_name(), tenant_head().digest
            tenant.save(update_fields=["schema_name", "schema_digest"])
            _make_schema(connection, tenant.schema_name, batch=batch)
            with tenant_scope(tenant.ref()):
                owner = register_confirmed_user(owner_email)
                issued = issue_api_key(owner, prefix=key_prefix(tenant.ref()))
            host = tenant.domains.get(is_primary=True).domain
        delete_files(former_files)
    return CreatedTenant(
        ref=tenant.ref(), host=host, api_key=issued.key, owner_email=owner.email, owner_uuid=owner.uuid
    )

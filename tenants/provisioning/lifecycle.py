"""The lifecycle of a tenant: create, rename, suspend, resume, reset, delete. Most of it needs the owner role."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.accounts.oauth.clients import issue_client
from core.accounts.queries import get_owner_email, get_user_by_email
from core.accounts.roles import hand_over_ownership
from core.accounts.services import issue_api_key, register_confirmed_user
from core.errors import Conflict, NotFound
from tenants.audit import installation as audit
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.credentials import client_prefix, key_prefix
from tenants.database.base import DatabaseWrapper
from tenants.database.owner import owner_connection
from tenants.files.tenant_files import delete_all_files, delete_files, file_names
from tenants.mail import sandbox_mail
from tenants.models import Tenant, TenantStatus
from tenants.origins import remove_origins
from tenants.provisioning.domains import new_domain
from tenants.provisioning.new_tenant import clean_name, host_of_new
from tenants.provisioning.schemas import (
    drop_schema,
    drop_schema_and_role,
    make_role,
    make_schema,
    new_schema_name,
)
from tenants.provisioning.table_locks import retry_for_locks
from tenants.provisioning.template import template_batch
from tenants.registry import require_tenant
from tenants.schema_head import tenant_head

# The class of the advisory locks of tenants that are being deleted.
_DELETION_LOCKS = 0x68706464

# Called with the name of each step as it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CreatedTenant:
    """A new tenant with its credentials, which are not stored."""

    ref: TenantRef
    host: str
    api_key: str
    client_id: str
    client_secret: str
    owner_email: str
    owner_uuid: UUID


def create_tenant(
    slug: str,
    *,
    name: str,
    owner_email: str,
    domain: str | None = None,
    sandbox: bool = False,
    progress: Progress = lambda step: None,
) -> CreatedTenant:
    """Create a tenant with its first user, API key and OAuth client in one transaction.

    Its host is `domain`, or `<slug>.<BASE_DOMAIN>`.
    Raises `Invalid` for a malformed slug, name, domain or e-mail address, `Conflict` if slug or domain is taken.
    """
    host = host_of_new(slug, domain)
    with owner_connection() as connection:
        batch = template_batch(connection)
        with transaction.atomic():
            tenant = _register(slug, name=clean_name(name), host=host, sandbox=sandbox)
            progress("schema")
            make_role(connection, tenant.schema_name)
            make_schema(connection, tenant.schema_name, batch=batch)
            progress("credentials")
            created = _create_owner(tenant, host=host, owner_email=owner_email)
            audit.record(
                "tenant.create", tenant=slug, host=host, owner=created.owner_uuid, sandbox=sandbox
            )
    return created


def _create_owner(tenant: Tenant, *, host: str, owner_email: str) -> CreatedTenant:
    """Create, in the empty schema, the first user with an API key and an OAuth client."""
    ref = tenant.ref()
    with tenant_scope(ref):
        owner = register_confirmed_user(owner_email)
        hand_over_ownership(owner)
        api_key = issue_api_key(owner, prefix=key_prefix(ref)).key
        client = issue_client(f"{tenant.name} (first client)", prefix=client_prefix(ref))
    return CreatedTenant(
        ref=ref,
        host=host,
        api_key=api_key,
        client_id=client.client_id,
        client_secret=client.client_secret,
        owner_email=owner.email,
        owner_uuid=owner.uuid,
    )


def _register(slug: str, *, name: str, host: str, sandbox: bool) -> Tenant:
    tenant = Tenant(
        slug=slug,
        name=name,
        is_sandbox=sandbox,
        schema_name=new_schema_name(),
        schema_digest=tenant_head().digest,
    )
    kind = "slug"
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
            kind = "domain"
            new_domain(tenant, host, is_primary=True, is_verified=True).save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(kind=kind) from error
    return tenant


def rename_tenant(slug: str, *, name: str) -> TenantRef:
    """Change the tenant's name; its slug, schema and keys stay. The application's role may do this."""
    with public_scope(), transaction.atomic():
        tenant = lock_tenant(slug)
        tenant.name = clean_name(name)
        tenant.save(update_fields=["name"])
        audit.record("tenant.rename", tenant=slug, fields=["name"])
        return tenant.ref()


def suspend_tenant(slug: str) -> TenantRef:
    """Reject the tenant's requests, in every process within 5 s. The application's role may do this."""
    return _change_status(
        slug, before=TenantStatus.ACTIVE, after=TenantStatus.SUSPENDED, action="tenant.suspend"
    )


def resume_tenant(slug: str) -> TenantRef:
    """Accept a suspended tenant's requests again. The application's role may do this."""
    return _change_status(
        slug, before=TenantStatus.SUSPENDED, after=TenantStatus.ACTIVE, action="tenant.resume"
    )


def _change_status(slug: str, *, before: str, after: str, action: audit.Action) -> TenantRef:
    with public_scope(), transaction.atomic():
        tenant = lock_tenant(slug)
        if tenant.status not in (before, after):
            raise Conflict(kind="tenant", reason="is being deleted")
        tenant.status = after
        tenant.save(update_fields=["status"])
        audit.record(action, tenant=slug)
        return tenant.ref()


def lock_tenant(slug: str) -> Tenant:
    """Return the tenant, locked for a change in this transaction; raise `NotFound`."""
    tenant: Tenant | None = Tenant.objects.select_for_update().filter(slug=slug).first()
    if tenant is None:
        raise NotFound(kind="tenant", id=slug)
    return tenant


def change_owner(slug: str, *, email: str) -> User:
    """Make the user with that e-mail address the owner; the owner before becomes staff.

    The application's role may do this. Raises `NotFound`, and `Conflict` as `hand_over_ownership`.
    """
    with transaction.atomic(), tenant_scope(require_tenant(slug)):
        owner = get_user_by_email(email)
        hand_over_ownership(owner)
        audit.record("tenant.owner", tenant=slug, user=owner.uuid)
        return owner


def delete_tenant(slug: str, *, due: datetime | None = None) -> None:
    """Delete a tenant: its schema, role, files, mail and row. This can't be undone.

    The first step makes all processes reject its requests. After an interruption the same call finishes the deletion:
    each step can be repeated, and the row is deleted last. `due`: delete it only where its deletion was scheduled for
    this moment, and raise `Conflict` where it was undone meanwhile.
    """
    with owner_connection() as connection, _single_deletion(connection, slug):
        with transaction.atomic():
            tenant = lock_tenant(slug)
            if due is not None and tenant.purge_at != due:
                raise Conflict(kind="tenant", reason="is no longer to be deleted")
            if tenant.status != TenantStatus.DELETING:
                audit.record("tenant.delete", tenant=slug, schema=tenant.schema_name)
            tenant.status = TenantStatus.DELETING
            tenant.status_before_deletion = ""
            # A provisioning worker finishes it if this process is interrupted.
            tenant.purge_at = tenant.purge_at if due is not None else timezone.now()
            tenant.save(update_fields=["status", "status_before_deletion", "purge_at"])
        retry_for_locks(lambda: drop_schema_and_role(connection, tenant.schema_name))
        # After the schema, so that a running request can't add another file, which would never be deleted.
        delete_all_files(tenant.ref())
        shutil.rmtree(sandbox_mail(tenant.ref()), ignore_errors=True)
        tenant.delete()


@contextmanager
def _single_deletion(connection: DatabaseWrapper, slug: str) -> Iterator[None]:
    """Let one process at a time delete the tenant; another one waits and finds it gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_DELETION_LOCKS, slug])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_DELETION_LOCKS, slug])


def reset_tenant(slug: str) -> CreatedTenant:
    """Empty a sandbox; it keeps its slug, host and owner, and gets a new key. Raises `Conflict` for other tenants.

    Schema and role keep their names, as processes have them in their caches.
    """
    with owner_connection() as connection:
        batch = template_batch(connection)
        return retry_for_locks(lambda: _reset(connection, slug, batch=batch))


@transaction.atomic
def _reset(connection: DatabaseWrapper, slug: str, *, batch: str) -> CreatedTenant:
    tenant = lock_tenant(slug)
    if not tenant.is_sandbox or tenant.status == TenantStatus.DELETING:
        raise Conflict(
            kind="tenant", reason="is being deleted" if tenant.is_sandbox else "is no sandbox"
        )
    with tenant_scope(tenant.ref()):
        owner_email = get_owner_email()
    # Before the rows: after an interruption the same call finishes, and no file is left without a row.
    delete_files(file_names(tenant.ref()))
    drop_schema(connection, tenant.schema_name)
    make_schema(connection, tenant.schema_name, batch=batch)
    tenant.schema_digest = tenant_head().digest
    tenant.save(update_fields=["schema_digest"])
    # Of clients that are gone with the schema.
    remove_origins(tenant.ref())
    host = tenant.domains.get(is_primary=True).domain
    created = _create_owner(tenant, host=host, owner_email=owner_email)
    audit.record("tenant.reset", tenant=slug)
    return created

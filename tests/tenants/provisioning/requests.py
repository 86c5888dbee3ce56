"""An operator who asks the provisioning worker, and the worker of a test."""

import secrets
from uuid import UUID

from django.db import connection

from core.accounts.models import User
from core.audit import acting_as
from tenants.audit.installation import name_operator
from tenants.context import public_scope
from tenants.operators.accounts import create_operator
from tenants.provisioning.requests import RequestStatus, read_request, request_verb
from tenants.provisioning.sealing import new_reply_key
from tenants.provisioning.verbs import CreateTenant, Verb


def new_operator() -> User:
    """Return an operator with all rights, in the database."""
    address = f"ops-{secrets.token_hex(4)}@happo.test"
    return create_operator(address, password="a long way to Tipperary")


def ask(verb: Verb, operator: User) -> tuple[UUID, str]:
    """Request `verb`; return the request's id, and the private key of its page ("" without secrets)."""
    public, private = new_reply_key() if verb.has_secrets else (None, "")
    with acting_as(name_operator(operator), address="192.0.2.9"):
        return request_verb(verb, operator=operator, reply_key=public), private


def new_tenant(slug: str, **more: object) -> CreateTenant:
    return CreateTenant(
        slug=slug, display_name="Asked for", owner_email=f"owner@{slug}.test", **more
    )


def status_of(request_id: UUID, operator: User) -> RequestStatus:
    return read_request(request_id, operator=operator)


def stored_text(request_id: UUID) -> str:
    """Return all that the database has of a request, as text."""
    statement = """
        SELECT request::text || coalesce((SELECT held::text FROM tenants_sealedcredentials held
                                           WHERE held.request_id = request.id), '')
          FROM tenants_provisioningrequest request WHERE id = %s
    """
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(statement, [request_id])
        return str(cursor.fetchone()[0])

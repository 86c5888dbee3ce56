"""`manage.py provider`: a tenant's applications at Google, LinkedIn and others, and their client secrets."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.db import transaction

from core.accounts.logins.grants import reencrypt_grants
from core.accounts.logins.provider_settings import (
    list_provider_applications,
    reencrypt_provider_secrets,
    remove_provider_application,
    set_provider_application,
)
from core.errors import NotFound
from core.plugins import plugins
from tenants.context import public_scope, tenant_scope
from tenants.management.base import (
    Json,
    OperatorCommand,
    Report,
    add_verb,
    password_of_stdin,
    table,
)
from tenants.models import Tenant
from tenants.operators import audit
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Set a tenant's applications at the providers: only tokens issued to one of them log in."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        put = add_verb(verbs, "set", self.set, help="add an application, or change its secret")
        remove = add_verb(
            verbs, "remove", self.remove, help="reject the tokens of an application from now on"
        )
        for verb in (put, remove):
            verb.add_argument("provider", help="google-oauth2, linkedin-oauth2, ...")
            verb.add_argument("client_id", metavar="CLIENT_ID")
            verb.add_argument("--tenant", required=True, metavar="SLUG")
        put.add_argument(
            "--secret-stdin", action="store_true", help="read the client secret from standard input"
        )
        add_verb(
            verbs, "list", self.list, help="list a tenant's applications, without their secrets"
        ).add_argument("--tenant", required=True, metavar="SLUG")
        add_verb(
            verbs,
            "reencrypt",
            self.reencrypt,
            help="encrypt all secrets with the newest SECRET_KEY; older ones can then be removed",
        )

    def set(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        secret = password_of_stdin() if given.secret_stdin else None
        with transaction.atomic(), tenant_scope(tenant):
            if plugins().registry().auth_provider(given.provider) is None:
                raise NotFound("provider", given.provider)
            set_provider_application(given.provider, client_id=given.client_id, secret=secret)
            audit.record(
                "provider.set", tenant=tenant.slug, provider=given.provider, client=given.client_id
            )
        facts = {
            "provider": given.provider,
            "clientId": given.client_id,
            "hasSecret": secret is not None,
        }
        return Report(
            facts,
            f"{given.provider} tokens issued to {given.client_id} may log in to {tenant.slug}.",
        )

    def remove(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        with transaction.atomic(), tenant_scope(tenant):
            remove_provider_application(given.provider, client_id=given.client_id)
            audit.record(
                "provider.remove",
                tenant=tenant.slug,
                provider=given.provider,
                client=given.client_id,
            )
        facts = {"provider": given.provider, "clientId": given.client_id, "removed": True}
        return Report(
            facts, f"Tokens issued to {given.client_id} can no longer log in to {tenant.slug}."
        )

    def list(self, given: Namespace) -> Report:
        with tenant_scope(require_tenant(given.tenant)):
            found = list_provider_applications()
        clients: list[Json] = [
            {"provider": provider, "clientId": client_id, "hasSecret": has_secret}
            for provider, client_id, has_secret in found
        ]
        rows = [
            (provider, client_id, "yes" if has_secret else "no")
            for provider, client_id, has_secret in found
        ]
        return Report(
            {"clients": clients},
            table(("provider", "client id", "secret"), rows)
            if rows
            else "This tenant has no applications.",
        )

    def reencrypt(self, given: Namespace) -> Report:
        with public_scope():
            tenants = [tenant.ref() for tenant in Tenant.objects.exclude(status="deleting")]
        count = 0
        for tenant in tenants:
            with transaction.atomic(), tenant_scope(tenant):
                count += reencrypt_provider_secrets() + reencrypt_grants()
        return Report(
            {"secrets": count}, f"{count} secrets are now encrypted with the newest SECRET_KEY."
        )

"""`manage.py provider`: a tenant's settings for Google, LinkedIn and others: applications, secrets, options."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.core.management.base import CommandError
from django.db import transaction

from core.accounts.logins.grants import reencrypt_grants
from core.accounts.logins.provider_settings import (
    find_provider,
    list_provider_applications,
    reencrypt_provider_secrets,
    show_provider_options,
)
from core.accounts.sessions.second_factors import reencrypt_second_factors
from core.mail.mailboxes.credentials import reencrypt_mailboxes
from providers.options import OptionRefused, ShownOption
from tenants.audit import installation as audit
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.management.base import (
    Json,
    OperatorCommand,
    Report,
    add_verb,
    table,
)
from tenants.management.secret_input import read_secret
from tenants.models import Tenant
from tenants.operators import providers
from tenants.operators.second_factor import reencrypt_operators_factors
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Set what a provider needs for a tenant: options, and applications that log users in."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        put = add_verb(
            verbs, "set", self.set, help="add an application, or change its secret; set options"
        )
        remove = add_verb(
            verbs, "remove", self.remove, help="reject the tokens of an application from now on"
        )
        for verb in (put, remove):
            verb.add_argument("provider", help="google-oauth2, linkedin-oauth2, ...")
            optional = "?" if verb is put else None
            verb.add_argument("client_id", metavar="CLIENT_ID", nargs=optional)
            verb.add_argument("--tenant", required=True, metavar="SLUG")
        put.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an option that the plugin declares; without a value, it is removed",
        )
        put.add_argument(
            "--option-stdin",
            metavar="NAME",
            help="read the value of this option, a secret, from standard input",
        )
        show = add_verb(verbs, "show", self.show, help="show a provider's applications and options")
        show.add_argument("provider")
        show.add_argument("--tenant", required=True, metavar="SLUG")
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
        options = _read_options(given)
        if not given.client_id and (not options or given.secret_stdin):
            raise CommandError("Name a CLIENT_ID, or options with --option")
        facts: dict[str, Json] = {"provider": given.provider}
        said = []
        with transaction.atomic():
            if given.client_id:
                said.append(_set_application(given, tenant, facts))
            if options:
                said.append(_set_options(given.provider, options, tenant, facts))
        return Report(facts, "\n".join(said))

    def show(self, given: Namespace) -> Report:
        with tenant_scope(require_tenant(given.tenant)):
            find_provider(given.provider)
            options = show_provider_options(given.provider)
            clients = [one for one in list_provider_applications() if one[0] == given.provider]
        facts: dict[str, Json] = {
            "provider": given.provider,
            "clients": [{"clientId": one, "hasSecret": has} for _, one, has in clients],
            "options": [
                {
                    "name": one.name,
                    "value": one.value,
                    "isSet": one.is_set,
                    "isSecret": one.is_secret,
                    "isRequired": one.is_required,
                }
                for one in options
            ],
        }
        rows = [("client", one, "with a secret" if has else "") for _, one, has in clients]
        rows += [("option", one.name, _describe_option(one)) for one in options]
        nothing = f"{given.provider} has no options, and no application is set."
        return Report(facts, table(("", "name", "value"), rows) if rows else nothing)

    def remove(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        providers.remove_application(tenant, given.provider, client_id=given.client_id)
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
                count += reencrypt_mailboxes() + reencrypt_second_factors()
                audit.record("provider.reencrypt", tenant=tenant.slug)
        count += reencrypt_operators_factors()
        return Report(
            {"secrets": count}, f"{count} secrets are now encrypted with the newest SECRET_KEY."
        )


def _read_options(given: Namespace) -> dict[str, str]:
    options = {}
    for written in given.option:
        name, equals, value = written.partition("=")
        if not equals:
            raise CommandError("Write an option as NAME=VALUE; NAME= removes it")
        options[name] = value
    if given.option_stdin:
        options[given.option_stdin] = read_secret(given.option_stdin)
    return options


def _set_application(given: Namespace, tenant: TenantRef, facts: dict[str, Json]) -> str:
    secret = read_secret("Client secret") if given.secret_stdin else None
    providers.set_application(tenant, given.provider, client_id=given.client_id, secret=secret)
    facts |= {"clientId": given.client_id, "hasSecret": secret is not None}
    return f"{given.provider} tokens issued to {given.client_id} may log in to {tenant.slug}."


def _set_options(
    provider: str, options: dict[str, str], tenant: TenantRef, facts: dict[str, Json]
) -> str:
    try:
        missing = providers.set_options(tenant, provider, options)
    except OptionRefused as refused:
        raise CommandError(str(refused)) from None
    names = ", ".join(sorted(options))
    facts |= {"options": sorted(options), "missing": list(missing)}
    said = f"Options of {provider} are set for {tenant.slug}: {names}."
    return f"{said} It still needs: {', '.join(missing)}." if missing else said


def _describe_option(option: ShownOption) -> str:
    if not option.is_set:
        return "not set, and required" if option.is_required else "not set"
    return "set, and secret" if option.is_secret else str(option.value)

"""`manage.py plugin`: the installed plugins, and which of them are on for a tenant."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.db import transaction

from core.plugins import installed_plugins, plugins
from tenants.context import tenant_scope
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.operators import audit
from tenants.plugins import PLUGIN_KINDS, switch_plugin
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "List plugins; switch them on and off for a tenant."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        listing = add_verb(
            verbs, "list", self.list, help="list the plugins and what each one registers"
        )
        listing.add_argument(
            "--tenant", metavar="SLUG", help="only the plugins that are on for this tenant"
        )
        for name, what in (
            ("on", "switch a plugin on for a tenant"),
            ("off", "switch a plugin off for a tenant"),
        ):
            verb = add_verb(verbs, name, self.switch, help=what)
            verb.add_argument("name")
            verb.add_argument("--tenant", required=True, metavar="SLUG")
            verb.add_argument(
                "--kind",
                choices=PLUGIN_KINDS,
                help="only its log-ins, or only its mail; both if this is left out",
            )
            verb.set_defaults(on=name == "on")

    def list(self, given: Namespace) -> Report:
        registry = installed_plugins()
        if given.tenant:
            with tenant_scope(require_tenant(given.tenant)):
                registry = plugins().registry()
        found: list[Json] = [
            {
                "name": plugin.name,
                "origin": plugin.origin,
                "distribution": plugin.distribution,
                "authProviders": [
                    b.item.name for b in registry.registered_auth_providers if b.plugin == plugin
                ],
                "mailSources": [
                    b.item.name for b in registry.registered_mail_sources if b.plugin == plugin
                ],
                "mailboxes": [
                    b.item.name for b in registry.registered_mailboxes if b.plugin == plugin
                ],
            }
            for plugin in registry.plugins
        ]
        rows = [(plugin.name, plugin.distribution or plugin.origin) for plugin in registry.plugins]
        return Report(
            {"plugins": found}, table(("name", "from"), rows) if rows else "No plugin is installed."
        )

    def switch(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        kinds = [given.kind] if given.kind else list(PLUGIN_KINDS)
        with transaction.atomic():
            switch_plugin(tenant, given.name, on=given.on, known=installed_plugins(), kinds=kinds)
            audit.record(
                "plugin.switch",
                tenant=tenant.slug,
                plugin=given.name,
                kind=given.kind,
                on=given.on,
            )
        word = "on" if given.on else "off"
        subject = {"login": "Log-in of plugin", "mail": "Mail of plugin"}.get(given.kind, "Plugin")
        return Report(
            {"name": given.name, "on": given.on, "kinds": kinds},
            f"{subject} {given.name} is {word} for {tenant.slug}; effective everywhere within 5 s.",
        )

"""`manage.py plugin`: the installed plugins, and which of them are on for a tenant."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from django.core.management.base import CommandError

from core.plugins import installed_plugins, plugins
from providers.authoring.checking import NothingToCheck
from providers.authoring.describing import (
    check_facts,
    describe_outcome,
    describe_package,
    tell_checks,
)
from providers.authoring.scaffold import NameRefused, write_package
from providers.loading import PluginError
from tenants.context import tenant_scope
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.operators import providers
from tenants.plugins import PLUGIN_KINDS
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "List plugins; switch them on and off for a tenant; write and check new ones."
    failed = False

    def handle(self, *args: object, **options: object) -> None:
        """Run the verb; a plugin that fails a check ends it with exit status 1, below what it printed."""
        super().handle(*args, **options)
        if self.failed:
            sys.exit(1)

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

        new = add_verb(verbs, "new", self.new, help="write the package of a plugin that reads mail")
        new.add_argument("name")
        new.add_argument("--folder", type=Path, default=Path(), help="where; here by default")
        check = add_verb(
            verbs, "check", self.check_sources, help="hold a plugin against the contract"
        )
        check.add_argument("target", metavar="NAME|MODULE")
        check.add_argument("--golden", type=Path, help="the folder of its golden mail")
        check.add_argument(
            "--quick", action="store_true", help="break as little mail as a test does"
        )

    def new(self, given: Namespace) -> Report:
        taken = [one.name for one in installed_plugins().plugins if one.origin == "shipped"]
        try:
            path = write_package(given.name, given.folder, taken=taken)
        except NameRefused as refused:
            raise CommandError(str(refused)) from refused
        return Report({"name": given.name, "path": str(path)}, describe_package(path))

    def check_sources(self, given: Namespace) -> Report:
        shipped = [one.module for one in installed_plugins().plugins if one.origin == "shipped"]

        def write(text: str) -> None:
            if not given.json:
                self.stdout.write(text, ending="")
                self.stdout.flush()

        try:
            checks = tell_checks(
                given.target,
                write=write,
                shipped=shipped,
                golden=given.golden,
                quick=given.quick,
            )
        except (NothingToCheck, PluginError) as refused:
            raise CommandError(str(refused)) from refused
        facts = check_facts(given.target, checks)
        if not facts["ok"]:
            self.failed = True
        return Report(facts, describe_outcome(checks))

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
        providers.switch(tenant, given.name, on=given.on, kinds=kinds)
        word = "on" if given.on else "off"
        subject = {"login": "Log-in of plugin", "mail": "Mail of plugin"}.get(given.kind, "Plugin")
        restart = _describe_restart(given.name) if given.on else None
        said = (
            f"{subject} {given.name} is {word} for {tenant.slug}; effective everywhere within 5 s."
        )
        facts: dict[str, Json] = {"name": given.name, "on": given.on, "kinds": kinds}
        if restart:
            facts["restart"] = restart
        return Report(facts, f"{said} {restart}" if restart else said)


def _describe_restart(name: str) -> str | None:
    """Return which processes don't have the plugin yet: a process looks for plugins when it starts."""
    plugin = next((one for one in installed_plugins().plugins if one.name == name), None)
    if plugin is None or plugin.distribution is None:
        return None
    return (
        f"Restart web and worker processes that started before {plugin.distribution} was installed."
    )

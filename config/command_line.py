"""The command line, `manage.py`: Django's, without the commands of libraries that go round what keeps tenants apart."""

import sys
from collections.abc import Mapping
from typing import Final

from django.core.management import BaseCommand, ManagementUtility, get_commands
from django.core.management.color import color_style

from config.loading import end_loading

# What `manage.py help` lists.
OPERATORS: Final = (
    *("apikey", "audit", "demo", "domain", "files", "inbound", "jobs", "mail", "migrate_tenants"),
    *("oauthclient", "operator", "plugin", "provider", "serve", "status", "tenant", "user"),
    "worker",
)
DEVELOPERS: Final = (
    *("changelog_api", "check", "dbshell", "freeze_version", "makemigrations", "postman"),
    *("sendtestemail", "shell", "sqlmigrate"),
)
# These run, and are not listed: Happo calls them itself, they are habits of Django's, or they only look or write text.
HIDDEN: Final = frozenset(
    {
        *("migrate", "migrate_public_tables", "collectstatic", "findstatic", "runserver"),
        *("compilemessages", "makemessages", "diffsettings", "export_openapi_schema", "inspectdb"),
        *("optimizemigration", "showmigrations", "sqlflush", "sqlsequencereset"),
        *("squashmigrations", "startapp", "startproject"),
    }
)
# These don't run from the command line: what to use instead.
REFUSED: Final[Mapping[str, str]] = {
    # django-tenants. Its tenants have no role, key or template, and its commands run in a schema with the login of all.
    "all_tenants_command": "the commands of Happo that take --tenant",
    "clone_tenant": "manage.py tenant create",
    "collectstatic_schemas": "nothing: Happo serves its static files itself",
    "create_domain": "manage.py domain add",
    "create_missing_schemas": "manage.py migrate_tenants",
    "create_tenant": "manage.py tenant create",
    "create_tenant_superuser": "manage.py user create, and manage.py tenant owner",
    "delete_domain": "manage.py domain remove",
    "delete_tenant": "manage.py tenant delete",
    "migrate_schemas": "manage.py migrate_tenants",
    "rename_schema": "nothing: a schema keeps its name",
    "tenant_command": "the commands of Happo that take --tenant",
    # Without the audit log, and with other rules for passwords, clients, jobs and sessions.
    "changepassword": "manage.py operator set-password, or manage.py user set-password",
    "clearcimdapplications": "nothing: there are no such clients",
    "clearsessions": "nothing: manage.py worker deletes what has ended",
    "cleartokens": "nothing: manage.py worker deletes what has ended",
    "createapplication": "manage.py oauthclient create",
    "createsuperuser": "manage.py operator create",
    "procrastinate": "manage.py worker, and manage.py jobs",
    # They read or write the rows of all tenants' tables in `public`, or of none.
    "createcachetable": "nothing: Happo keeps no cache in a table",
    "dumpdata": "pg_dump",
    "flush": "manage.py tenant reset, which empties one sandbox",
    "loaddata": "pg_restore",
    "remove_stale_contenttypes": "nothing: Happo doesn't use content types",
    "test": "make test",
    "testserver": "make run",
}


class CommandLine(ManagementUtility):
    """One run of `manage.py`. Code that calls a command (`call_command`) may call any of them."""

    def main_help_text(self, commands_only: bool = False) -> str:
        """Return the text of `manage.py help`, or the names alone, one a line."""
        if commands_only:
            return "\n".join(sorted((*OPERATORS, *DEVELOPERS)))
        style = color_style()
        lines = ["", f"Type '{self.prog_name} help <command>' for help on one of these."]
        for heading, names in (("For operators", OPERATORS), ("For developers", DEVELOPERS)):
            lines += ["", style.NOTICE(f"[{heading}]"), *(f"    {name}" for name in names)]
        return "\n".join(lines)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command; end with status 1 and a sentence for one that is refused, or unknown."""
        if subcommand in REFUSED and subcommand in get_commands():
            sys.stderr.write(
                f"{self.prog_name} {subcommand} goes round Happo's own rules."
                f" Use {REFUSED[subcommand]}.\n"
            )
            sys.exit(1)
        command = super().fetch_command(subcommand)
        end_loading()
        return command

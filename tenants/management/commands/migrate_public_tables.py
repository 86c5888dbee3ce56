"""Django's own `migrate`, for the schema `public`; called by `migrate_tenants`."""

from django.core.management.commands import migrate

from tenants.provisioning.public_schema import PublicExecutor


class Command(migrate.Command):
    def handle(self, *arguments: object, **options: object) -> None:
        # Django's command asks for no executor; it takes the one that its module has.
        known = vars(migrate)
        before, known["MigrationExecutor"] = known["MigrationExecutor"], PublicExecutor
        try:
            super().handle(*arguments, **options)
        finally:
            known["MigrationExecutor"] = before

"""`migrate` means all of it here: `public` and every tenant."""

from django.db.migrations.autodetector import MigrationAutodetector

from tenants.management.commands.migrate_tenants import Command as MigrateTenants


class Command(MigrateTenants):
    # Django's own checks compare it with that of `makemigrations`.
    autodetector = MigrationAutodetector

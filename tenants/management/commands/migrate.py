"""`manage.py migrate`: migrates `public` and every tenant, as `migrate_tenants` does."""

from django.db.migrations.autodetector import MigrationAutodetector

from tenants.management.commands.migrate_tenants import Command as MigrateTenants


class Command(MigrateTenants):
    # A check of Django compares it with that of `makemigrations`.
    autodetector = MigrationAutodetector

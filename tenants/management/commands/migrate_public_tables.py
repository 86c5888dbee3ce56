"""Django's own `migrate`, for the schema `public`; called by `migrate_tenants`."""

from django.core.management.commands.migrate import Command as Command

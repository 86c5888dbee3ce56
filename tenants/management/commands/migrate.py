"""`migrate` means all of it here: `public` and every tenant."""

from tenants.management.commands.migrate_tenants import Command as Command

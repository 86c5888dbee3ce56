"""Bring `public` and every tenant to the newest schema."""

from django.core.management.base import BaseCommand

from tenants.public_schema import migrate_public


class Command(BaseCommand):
    help = "Bring public and every tenant to the newest schema; run it again to resume."

    def handle(self, *args: object, **options: object) -> None:
        migrate_public()

"""`manage.py changelog_api`: write `docs/changelog-api.md`."""

from django.core.management.base import BaseCommand

from api_v1.apis import APIS
from api_v1.documentation.changelog import CHANGELOG, write_changelog
from api_v1.versioning.versioned_api import build_versioned_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    help = "Write the changelog of the APIs from the change classes"
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Write the page and print its path."""
        versioned_apis = {api.name: build_versioned_apis(api, TIMELINE) for api in APIS}
        CHANGELOG.write_text(write_changelog(TIMELINE, versioned_apis))
        self.stdout.write(str(CHANGELOG))

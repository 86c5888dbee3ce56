"""`manage.py changelog_api`: write `docs/changelog-api.md`."""

from django.core.management.base import BaseCommand

from api_v1.apis import FAMILIES
from api_v1.documentation.changelog import CHANGELOG, changelog
from api_v1.versioning.versioned_api import build_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    help = "Write the changelog of the APIs from the change classes"
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Write it and say where."""
        apis = {family.name: build_apis(family, TIMELINE) for family in FAMILIES}
        CHANGELOG.write_text(changelog(TIMELINE, apis))
        self.stdout.write(str(CHANGELOG))

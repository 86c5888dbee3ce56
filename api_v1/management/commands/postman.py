"""`manage.py postman`: write the Postman collections of both APIs, one for each version."""

from django.core.management.base import BaseCommand

from api_v1.apis import FAMILIES
from api_v1.documentation.postman import FOLDER, file_of, written
from api_v1.versioning.versioned_api import build_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    help = "Write the Postman collections from the OpenAPI documents"
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Write them and say where."""
        apis = {family.name: build_apis(family, TIMELINE) for family in FAMILIES}
        FOLDER.mkdir(parents=True, exist_ok=True)
        for version in TIMELINE.names:
            file_of(version).write_text(written(version, apis))
            self.stdout.write(str(file_of(version)))

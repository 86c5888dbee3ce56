"""`manage.py postman`: write the Postman collections of both APIs, one for each version."""

from django.core.management.base import BaseCommand

from api_v1.apis import APIS
from api_v1.documentation.postman import FOLDER, file_of, write_collection
from api_v1.versioning.versioned_api import build_versioned_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    help = "Write the Postman collections from the OpenAPI documents"
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Write the collections and print their paths."""
        versioned_apis = {api.name: build_versioned_apis(api, TIMELINE) for api in APIS}
        FOLDER.mkdir(parents=True, exist_ok=True)
        for version in TIMELINE.names:
            file_of(version).write_text(write_collection(version, versioned_apis))
            self.stdout.write(str(file_of(version)))

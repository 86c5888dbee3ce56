"""`manage.py freeze_version NAME`: write the documents of a version that is being released."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api_v1.apis import APIS
from api_v1.documentation.drift import undeclared_differences
from api_v1.documentation.frozen import (
    file_of,
    frozen_document,
    frozen_form,
    frozen_versions,
)
from api_v1.versioning.versioned_api import VersionedApi, build_versioned_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    """Never changes a frozen document without `--again`, which breaks a promise to the clients of that version."""

    help = "Write the OpenAPI documents of a version, which tests then hold the code to"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", choices=TIMELINE.names)
        parser.add_argument("--again", action="store_true", help="overwrite frozen documents")

    def handle(self, *args: object, version: str, again: bool, **options: object) -> None:
        """Write one file for each API, or none."""
        texts = {}
        for api in APIS:
            versioned_api = build_versioned_apis(api, TIMELINE)[version]
            path, text = file_of(api, version), frozen_form(versioned_api)
            if path.exists() and not again and path.read_bytes() != text:
                raise CommandError(
                    f"{path} is frozen and differs. It was a promise: --again breaks it"
                )
            if problems := _undeclared(versioned_api):
                raise CommandError("Not declared by a change class:\n" + "\n".join(problems))
            texts[path] = text
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
            self.stdout.write(str(path))


def _undeclared(versioned_api: VersionedApi) -> list[str]:
    api = versioned_api.api
    earlier = TIMELINE.names[: TIMELINE.names.index(versioned_api.name)]
    frozen = frozen_versions(api, earlier)
    if not frozen:
        return []
    since_frozen = TIMELINE.newer_changes(frozen[-1], api=api.name)
    changes = tuple(change for change in since_frozen if change not in versioned_api.changes)
    return undeclared_differences(frozen_document(api, frozen[-1]), versioned_api, changes)

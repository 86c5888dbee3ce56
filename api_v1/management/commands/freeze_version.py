"""`manage.py freeze_version NAME`: write the documents of a version that is being released."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api_v1.api import Api
from api_v1.apis import FAMILIES
from api_v1.documentation.drift import undeclared_differences
from api_v1.documentation.frozen import file_of, frozen_document, frozen_versions, written
from api_v1.versioning.versioned_api import VersionedApi, build_apis
from api_v1.versions import TIMELINE


class Command(BaseCommand):
    """Refuses to touch what is frozen already: `--again` says that clients of that version may be told otherwise."""

    help = "Write the OpenAPI documents of a version, which tests then hold the code to"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", choices=TIMELINE.names)
        parser.add_argument("--again", action="store_true", help="write over what is frozen")

    def handle(self, *args: object, version: str, again: bool, **options: object) -> None:
        """Write one file for each API, or none."""
        texts = {}
        for family in FAMILIES:
            apis = build_apis(family, TIMELINE)
            path, text = file_of(family, version), written(apis[version])
            if path.exists() and not again and path.read_bytes() != text:
                raise CommandError(
                    f"{path} is frozen and differs. It was a promise: --again breaks it"
                )
            if problems := _undeclared(family, apis, version):
                raise CommandError("Not declared by a change class:\n" + "\n".join(problems))
            texts[path] = text
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
            self.stdout.write(str(path))


def _undeclared(family: Api, apis: dict[str, VersionedApi], version: str) -> list[str]:
    earlier = TIMELINE.names[: TIMELINE.names.index(version)]
    frozen = frozen_versions(family, earlier)
    if not frozen:
        return []
    later = set(TIMELINE.newer_changes(version, family=family.name))
    changes = tuple(
        c for c in TIMELINE.newer_changes(frozen[-1], family=family.name) if c not in later
    )
    return undeclared_differences(frozen_document(family, frozen[-1]), apis[version], changes)

"""`manage.py check --database default`: the database has the protection that the embedded server has."""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from tenants.context import public_scope
from tenants.database.hardening import missing_protection


@register(Tags.database)
def check_protection(databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Warn of each missing protection; report an error where the database doesn't isolate tenants at all."""
    if "default" not in (databases or ()):
        return []
    with public_scope():
        sentences = list(missing_protection(connections["default"]))
    return [
        (Error if "superuser" in sentence or "same role" in sentence else Warning)(
            sentence, id="tenants.W001"
        )
        for sentence in sentences
    ]

"""`manage.py check --database default`: is the server as closed as the embedded one?"""

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from tenants.context import public_scope
from tenants.database.hardening import missing_protection


@register(Tags.database)
def check_protection(databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Warn of each protection that the database lacks; it is an error where nothing is left of it."""
    if "default" not in (databases or ()):
        return []
    with public_scope():
        sentences = list(missing_protection(connections["default"]))
    return [
        (Error if "superuser" in sentence or "same log-in" in sentence else Warning)(
            sentence, id="tenants.W001"
        )
        for sentence in sentences
    ]

"""A column of a model that holds one line of text, whatever it is given."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from core.one_line import to_one_line


class LineField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A `CharField` that stores `to_one_line` of its value. Statements in SQL have to clean values themselves."""

    def get_prep_value(self, value: Any) -> Any:  # Any: as Django declares it
        """Return the value as it is stored."""
        prepared = super().get_prep_value(value)
        return to_one_line(prepared) if isinstance(prepared, str) else prepared

    def deconstruct(
        self,
    ) -> tuple[str, str, Sequence[Any], dict[str, Any]]:  # Any: as Django declares it
        """Describe the column to migrations: as a `CharField`, which it is in the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

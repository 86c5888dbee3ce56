"""Find a user by name, in any case."""

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from core.accounts.models import User


def with_username(name: str) -> QuerySet[User]:
    """Return the one user with that name, or none: compared as the index has it, which `iexact` doesn't."""
    wanted = Lower(Value(User.normalize_username(name)))
    return User.objects.alias(lower_username=Lower("username")).filter(lower_username=wanted)

"""Look up users by user name, ignoring case."""

from django.db.models import QuerySet, Value
from django.db.models.functions import Lower

from core.accounts.models import User


def filter_by_username(name: str) -> QuerySet[User]:
    """Return the query for the user with that name: it uses the unique index on `lower(username)`; `iexact` doesn't."""
    wanted = Lower(Value(User.normalize_username(name).strip()))
    return User.objects.alias(lower_username=Lower("username")).filter(lower_username=wanted)

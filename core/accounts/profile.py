"""What users change of their own accounts: names and the time zone, in which the metrics count their months."""

from functools import cache
from zoneinfo import available_timezones

from django.db import connection, transaction

from core.accounts.models import User
from core.accounts.values import Caller
from core.audit import record
from core.errors import Invalid


def get_own_user(caller: Caller) -> User:
    """Return the caller's account."""
    return User.objects.get(id=caller.user_id)


@transaction.atomic
def update_profile(
    caller: Caller,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    time_zone: str | None = None,
) -> User:
    """Change what is given, and return the account as it is stored; None leaves a value as it is.

    Raises `Invalid` for a time zone that Python or PostgreSQL doesn't know.
    """
    given = {"first_name": first_name, "last_name": last_name, "time_zone": time_zone}
    changes = {name: value for name, value in given.items() if value is not None}
    if time_zone is not None:
        _require_time_zone(time_zone)
    if changes:
        User.objects.filter(id=caller.user_id).update(**changes)
        record("user.update", caller.user_uuid, fields=changes)
    return get_own_user(caller)


def _require_time_zone(name: str) -> None:
    if name not in _known_time_zones() or not _is_known_to_database(name):
        raise Invalid.one("time_zone", "not_time_zone")


@cache
def _known_time_zones() -> frozenset[str]:
    """Return the names of the IANA time zone database."""
    return frozenset(available_timezones())


def _is_known_to_database(name: str) -> bool:
    # PostgreSQL, which counts the months, may have an older database of time zones.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_input_is_valid('2000-01-01 13:00 ' || %s, 'timestamptz')", [name])
        return bool(cursor.fetchone()[0])

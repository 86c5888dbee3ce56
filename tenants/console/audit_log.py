"""What the pages of an audit log are narrowed to, and how they show an entry: the same in both consoles."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from django import forms

from core.accounts.models import User
from tenants.audit.columns import EntryColumns
from tenants.audit.queries import EVERY, EntryFilter
from tenants.console.forms import ConsoleForm

_PEOPLE: Final = ("operator", "user")
_Row = TypeVar("_Row", bound=EntryColumns)


def _day_field() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput({"type": "date"}))


class AuditFilters(ConsoleForm):
    """Whole ids, which have an index; days are UTC's. An action that ends in a dot is a group: `candidate.`"""

    actor = forms.CharField(label="Who (id)", required=False, max_length=300)
    action = forms.CharField(required=False, max_length=40)
    object = forms.CharField(label="To what (id)", required=False, max_length=100)
    since = _day_field()
    until = _day_field()


def read_filter(form: AuditFilters) -> EntryFilter:
    """Return what a form asks for; all entries where it isn't valid. `until` is the last day that is shown."""
    if not form.is_valid():
        return EVERY
    given: Mapping[str, Any] = form.cleaned_data  # Any: what each field makes of its text
    since, until = given["since"], given["until"]
    return EntryFilter(
        actor=given["actor"] or None,
        action=given["action"] or None,
        object_id=given["object"] or None,
        since=_begin_of(since) if since else None,
        # After the last day of the calendar there is none.
        until=_begin_of(until + timedelta(days=1)) if until and until < date.max else None,
    )


def show_entries(
    rows: Iterable[_Row],
    present: Callable[[_Row], dict[str, object]],
    *,
    names: Mapping[UUID, str],
) -> list[dict[str, object]]:
    """Return the entries as the template has them: presented, with the name of who acted, where it is known."""
    return [present(row) | {"who": names.get(_person_of(row) or UUID(int=0))} for row in rows]


def name_people(rows: Iterable[EntryColumns]) -> dict[UUID, str]:
    """Return the e-mail addresses of those who acted and are users of the active schema: one statement."""
    people = {_person_of(row) for row in rows} - {None}
    return dict(User.objects.filter(uuid__in=people).values_list("uuid", "email"))


def _person_of(row: EntryColumns) -> UUID | None:
    if row.actor_kind in _PEOPLE:
        with suppress(ValueError):
            return UUID(row.actor_id)
    return None


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

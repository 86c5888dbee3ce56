"""Erased mail is gone from every table; an export has all of it."""

from django.db import connection

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.erasure import delete_mail
from core.mail.models import StoredEvent, StoredMessage
from core.mail.queries import list_all_mail
from tests.core.jobsearch.applications import read
from tests.core.mail.received import receive
from tests.mail.indeed import receipt


def dump() -> str:
    """Return all rows of the tenant's tables as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace"
            " AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of tables
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_erased_mail_leaves_no_trace_and_its_applications_stay(
    seeker: User, stranger: User
) -> None:
    receive(seeker, receipt("Zookeeper", "Unmistakable Ltd"))
    receive(stranger, receipt("Cook", "Acme"))
    assert "sent to Unmistakable Ltd. Good luck!" in dump()
    delete_mail(seeker.id)
    assert "sent to Unmistakable Ltd. Good luck!" not in dump()
    assert StoredMessage.objects.count() == StoredEvent.objects.count() == 1
    assert Application.objects.get(user=seeker).job_title == "Zookeeper"


def test_an_export_has_all_that_is_stored(seeker: User, stranger: User) -> None:
    receive(seeker, receipt("Cook", "Acme"))
    receive(stranger, receipt("Waiter", "Globex"))
    [mail] = read(
        list_all_mail(
            seeker.id, columns="m.subject, m.plugin, events", event_columns="e.kind, e.title"
        )
    )
    assert mail == {
        "subject": "Indeed Application: Cook",
        "plugin": "indeed",
        "events": [{"kind": "applied", "title": "Cook"}],
    }

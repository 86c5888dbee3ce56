"""A user who deletes the account takes the mail along, with all that came of it."""

import pytest
from django.db import connection

from api_v1.versions import HEAD
from core.accounts.models import User
from core.errors import NotFound
from core.jobsearch.models import Application, Note
from core.mail.models import StoredEvent, StoredMessage
from tests.api_v1.jobhax.jobapp_calls import list_jobapps
from tests.clients import JobHaxClient
from tests.core.mail.received import receive
from tests.job_seekers import PASSWORD
from tests.mail.indeed import receipt, refusal

COMPANY = "Unmistakable Ltd"


def delete_account(api: JobHaxClient) -> None:
    api.version = HEAD
    assert api.post("users/delete_account", password=PASSWORD).code == 0


def rows_with(text: str) -> list[str]:
    """Return the names of the tenant's tables that have the text in a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = {name for (name,) in cursor.fetchall()} - {"django_migrations"}
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE %s)',  # noqa: S608
                [f"%{text}%"],
            )
            if cursor.fetchone() == (True,):
                found.append(table)
    return found


def test_a_deleted_account_leaves_no_mail(
    joe: User, joe_api: JobHaxClient, stranger: JobHaxClient
) -> None:
    other = User.objects.get(email="stranger@jobs.test")
    receive(joe, receipt("Cook", COMPANY), refusal("Cook", COMPANY), receipt("Cook", "Globex"))
    receive(other, receipt("Cook", "Acme"))
    application = Application.objects.filter(user=joe).earliest("id")
    Note.objects.create(application=application, description=f"Call {COMPANY}")
    assert set(rows_with(COMPANY)) >= {"mail_storedmessage", "mail_storedevent", "jobsearch_note"}

    delete_account(joe_api)

    assert rows_with(COMPANY) == []
    assert StoredMessage.objects.count() == StoredEvent.objects.count() == 1
    assert [one["company"] for one in list_jobapps(stranger)] == ["Acme"]


def test_no_mail_is_stored_for_an_account_that_is_deleted(joe: User, joe_api: JobHaxClient) -> None:
    """An import that runs while the user deletes the account ends with its next batch."""
    delete_account(joe_api)
    with pytest.raises(NotFound):
        receive(joe, receipt("Cook", COMPANY))
    assert not StoredMessage.objects.exists()

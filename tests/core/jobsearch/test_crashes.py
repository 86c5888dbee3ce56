"""Two simultaneous changes, and a crash between two statements: the stored rows are complete and correct."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from core.accounts.models import User
from core.jobsearch import services
from core.jobsearch.models import Application, StatusChange
from core.jobsearch.services import ApplicationChanges, NewApplication
from core.jobsearch.statuses import APPLIED, OFFER, PHONE_SCREEN
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.jobsearch.applications import Apply

AT_ONCE = 8
NEW = NewApplication(
    job_title="Engineer", company="Carvana", status_id=APPLIED, applied_on=date(2019, 1, 31)
)


def at_once(tenant: CreatedTenant, write: Callable[[int], None]) -> None:
    def in_a_thread(number: int) -> None:
        try:
            with tenant_scope(tenant.ref):
                write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(in_a_thread, range(AT_ONCE)))


@pytest.fixture
def stored(committed_tenant: CreatedTenant, django_db_blocker: DjangoDbBlocker) -> Application:
    with django_db_blocker.unblock(), tenant_scope(committed_tenant.ref):
        return services.add_application(User.objects.get().id, new=NEW)


def test_the_same_move_at_once_makes_one_row_of_history(
    committed_tenant: CreatedTenant, stored: Application, django_db_blocker: DjangoDbBlocker
) -> None:
    at_once(
        committed_tenant,
        lambda _: services.update_application(
            stored.user_id, stored.id, changes=ApplicationChanges(status_id=OFFER)
        ),
    )
    with tenant_scope(committed_tenant.ref):
        assert StatusChange.objects.filter(application=stored, status_id=OFFER).count() == 1


def test_the_last_row_of_history_is_the_current_status(
    committed_tenant: CreatedTenant, stored: Application
) -> None:
    at_once(
        committed_tenant,
        lambda number: services.update_application(
            stored.user_id,
            stored.id,
            changes=ApplicationChanges(status_id=(OFFER, PHONE_SCREEN)[number % 2]),
        ),
    )
    with tenant_scope(committed_tenant.ref):
        moves = list(
            StatusChange.objects.filter(application=stored)
            .order_by("id")
            .values_list("status_id", flat=True)
        )
        stored.refresh_from_db()
    assert moves[-1] == stored.status_id
    assert all(before != after for before, after in pairwise(moves))


def break_history(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **fields: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(StatusChange.objects, "create", crash)


def test_an_application_is_not_stored_without_its_history(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_history(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        services.add_application(seeker.id, new=NEW)
    assert not Application.objects.exists()


def test_an_application_is_not_moved_without_its_history(
    apply: Apply, seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = apply(apply_date=datetime(2019, 1, 31, tzinfo=UTC))
    break_history(monkeypatch)
    with pytest.raises(ZeroDivisionError):
        services.update_application(
            seeker.id, application.id, changes=ApplicationChanges(status_id=OFFER, is_rejected=True)
        )
    application.refresh_from_db()
    assert (application.status_id, application.is_rejected) == (APPLIED, False)

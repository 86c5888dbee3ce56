"""Removing a user leaves no trace of the person in any table; what was made for the tenant stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from itertools import count

import pytest
from django.db import DatabaseError, InterfaceError, connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.invitations import invite_users
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import ApiKey, User
from core.accounts.oauth.models import AccessToken, RefreshToken
from core.accounts.services import register_confirmed_user
from core.errors import NotFound
from core.jobsearch.models import Application, ApplicationDetail, Note, StatusChange
from core.mail.models import StoredEvent, StoredMessage
from core.recruiting.models import Attachment, Candidate, Position
from core.user_removal import is_removed, remove_user
from tenants.context import TenantRef, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.provisioning.lifecycle import CreatedTenant
from tests.caches import clear_caller_caches
from tests.clients import HappoClient, JobHaxClient
from tests.every_route.test_crashes import connection_lost_before, contents
from tests.factories import CollaboratorFactory, PositionFactory
from tests.job_seekers import PASSWORD, client_of
from tests.recruiters import Recruiter, files, recruiter, recruiter_for

__all__ = ["files"]

MARK = "zanzibar"
EMAIL = f"{MARK}@person.test"
Callbacks = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


def traces() -> dict[str, str]:
    """Return a row with the mark of each table that has one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found = {}
        for (table,) in cursor.fetchall():
            if table != "django_migrations":
                cursor.execute(
                    f'SELECT t::text FROM "{table}" t WHERE t::text ILIKE %s',  # noqa: S608
                    [f"%{MARK}%"],
                )
                if row := cursor.fetchone():
                    found[table] = row[0]
        return found


def mark_texts(row: models.Model) -> None:
    """Put the mark into every text that the row can hold."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.TextField | models.JSONField) or (
            isinstance(field, models.CharField) and (field.max_length or 0) >= len(MARK)
        ):
            setattr(
                row, field.attname, {MARK: MARK} if isinstance(field, models.JSONField) else MARK
            )
    row.save()


@pytest.fixture
def person(acme: TenantRef) -> JobHaxClient:
    """A job seeker with a row in every table that can hold something about a person."""
    api = client_of(acme)
    assert api.register(EMAIL, username=MARK, first_name=MARK, last_name=MARK).code == 0
    assert api.login(EMAIL, PASSWORD).code == 0
    user = User.objects.get(email=EMAIL)
    message = StoredMessage(user=user, received_at=timezone.now(), digest=b"d" * 32, raw=b"")
    application = Application(user=user, status_id=1, apply_date=timezone.now())
    for row in (message, application):
        mark_texts(row)
    event = StoredEvent(
        message=message, position=0, application=application, occurred_at=timezone.now()
    )
    change = StatusChange(application=application, status_id=1)
    detail = ApplicationDetail(application=application)
    for row in (event, change, detail, Note(application=application)):
        mark_texts(row)
    mark_texts(LinkedIdentity(user=user))
    return api


def test_all_that_is_about_the_person_is_gone(acme: TenantRef, person: JobHaxClient) -> None:
    user = User.objects.get(email=EMAIL)
    key = recruiter_for(user)
    key.post("/positions", {"title": "T", "notes": MARK}, idempotency_key="1")
    # Of another user, and so are the texts: the reply to that user's request names this one.
    other = recruiter("other@acme.test")
    body = {"title": "T", "collaborators": [{"email": EMAIL, "type": "admin"}]}
    shared = other.post("/positions", body, idempotency_key="2").data
    Position.objects.filter(created_by=user).delete()
    assert len(traces()) >= 7
    remove_user(user.id, files=TenantFiles(acme))
    assert traces() == {}
    assert not User.objects.filter(id=user.id).exists()
    for table in (ApiKey, AccessToken, RefreshToken, LinkedIdentity):
        assert not table.objects.filter(user_id=user.id).exists()
    assert person.get("jobapps/get_jobapps").status == 401
    # A key is looked up again within 5 s.
    clear_caller_caches()
    assert HappoClient(key.key).get("/positions").status == 401
    assert "collaborators" not in other.get(f"/positions/{shared['id']}").data


def test_the_texts_that_go_are_not_loaded(acme: TenantRef, person: JobHaxClient) -> None:
    user = User.objects.get(email=EMAIL)
    with CaptureQueriesContext(connection) as queries:
        remove_user(user.id, files=TenantFiles(acme))
    of_mail = [one["sql"] for one in queries if 'FROM "mail_storedmessage"' in one["sql"]]
    assert of_mail
    assert not [one for one in of_mail if '"raw"' in one or '"body"' in one]


def test_what_was_made_for_the_tenant_stays_without_a_name(
    acme: TenantRef, person: JobHaxClient
) -> None:
    user = User.objects.get(email=EMAIL)
    maker = recruiter_for(user)
    position = maker.position()
    candidate = maker.candidate(position)
    Recruiter(user, maker.key).joins(PositionFactory(), as_="admin")
    remove_user(user.id, files=TenantFiles(acme))
    assert traces() == {}
    assert Position.objects.get(id=position.id).created_by_id == user.uuid
    assert Candidate.objects.filter(id=candidate.id).exists()
    left = User.objects.get(id=user.id)
    assert is_removed(left)
    assert (left.is_active, left.is_registered, left.has_usable_password()) == (False,) * 3
    # The address is free: its next user is another one.
    assert invite_users([EMAIL])[EMAIL].uuid != user.uuid
    assert person.register(EMAIL).code == 0
    with pytest.raises(NotFound):
        remove_user(0, files=TenantFiles(acme))


def test_colleagues_learn_that_a_collaborator_is_gone(
    acme: TenantRef, person: JobHaxClient
) -> None:
    owner = recruiter("other@acme.test")
    position = owner.position()
    CollaboratorFactory(position=position, user=User.objects.get(email=EMAIL))
    before = owner.in_head.get(f"/positions/{position.id}").data
    remove_user(User.objects.get(email=EMAIL).id, files=TenantFiles(acme))
    after = owner.in_head.get(f"/positions/{position.id}").data
    assert [len(one.get("collaborators", [])) for one in (before, after)] == [1, 0]
    assert after["updatedAt"] > before["updatedAt"]


def test_unused_files_go_and_used_ones_stay(
    acme: TenantRef,
    files: object,
    person: JobHaxClient,
    django_capture_on_commit_callbacks: Callbacks,
) -> None:
    user = User.objects.get(email=EMAIL)
    maker = recruiter_for(user)
    unused, used = (maker.upload().data["id"] for _ in range(2))
    maker.post("/positions", {"title": "T", "attachmentIds": [used]})
    with django_capture_on_commit_callbacks(execute=True):
        remove_user(user.id, files=TenantFiles(acme))
    assert [str(id) for id in Attachment.objects.values_list("id", flat=True)] == [used]
    assert [str(id) for id in TenantFiles(acme).ids()] == [used]
    assert unused != used


def test_every_reference_to_a_user_has_a_rule() -> None:
    """A row of the person is deleted with it, or protects the emptied row; no other rule is known."""
    rules = {
        relation.on_delete
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
    }
    assert rules == {models.CASCADE, models.PROTECT}


def test_a_crash_before_any_statement_removes_nothing(committed_tenant: CreatedTenant) -> None:
    tenant = committed_tenant.ref
    with tenant_scope(tenant):
        user = register_confirmed_user(EMAIL)
        maker = recruiter_for(user)
        maker.candidate()
        maker.attachments(1)
        Application.objects.create(user=user, status_id=1, apply_date=timezone.now())
        before = contents()
    for statement in count(1):
        with (
            tenant_scope(tenant),
            connection_lost_before(statement),
            suppress(DatabaseError, InterfaceError),
        ):
            remove_user(user.id, files=TenantFiles(tenant))
        connection.close()
        with tenant_scope(tenant):
            after = contents()
            if is_removed(User.objects.get(id=user.id)):
                break
        assert after == before
    assert statement > 10
    assert after != before

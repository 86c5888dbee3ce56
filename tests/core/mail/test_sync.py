"""The job that reads mail."""

from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.jobs import enqueue
from core.mail.sync import sync_mail
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.jobs.queue import jobs_of, work_until_empty


def test_it_ends_with_that_reason_in_its_record(committed_tenant: CreatedTenant) -> None:
    with tenant_scope(committed_tenant.ref):
        user = User.objects.get()
        LinkedIdentity.objects.create(user=user, provider="google-oauth2", subject="g1")
        enqueue(sync_mail, key=str(user.id), user_id=user.id)
    work_until_empty()
    (job,) = jobs_of(committed_tenant.ref)
    assert (job.status, job.attempts) == ("failed", 1)
    assert job.outcome == (
        "mail of google-oauth2 is not fetched yet: `manage.py mail import` reads its files"
    )

"""The jobs of a tenant and of the installation in the operators' console."""

import pytest
from django.test import Client

from tenants.context import public_scope
from tenants.jobs.queries import list_jobs
from tenants.operators.mail_reading import ask_to_reread
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.console.acting import act, messages_after


@pytest.fixture
def job(operator: object, committed_tenant: CreatedTenant) -> int:
    """A job of the tenant that waits."""
    ask_to_reread(committed_tenant.ref, plugin=None, failed=True)
    return list_jobs(tenant=committed_tenant.ref)[0].id


def test_a_waiting_job_is_cancelled_on_the_page_of_its_tenant(
    browser: Client, committed_tenant: CreatedTenant, job: int
) -> None:
    page = f"/admin/tenants/{committed_tenant.ref.slug}/jobs/"
    assert "mail.reread" in browser.get(page).content.decode()
    assert messages_after(browser, page, "cancel", job=job) == [f"Job {job} is cancelled."]
    assert "There is no such job." in browser.get(page).content.decode()
    assert "mail.reread" in browser.get(f"{page}?state=cancelled").content.decode()
    assert "only a failed job can be retried" in messages_after(browser, page, "retry", job=job)[0]


def test_a_job_of_another_tenant_is_not_there(
    browser: Client, created_acme: CreatedTenant, committed_tenant: CreatedTenant, job: int
) -> None:
    said = messages_after(browser, "/admin/tenants/acme/jobs/", "cancel", job=job)
    assert said == [f"There is no job {job}."]
    with public_scope():
        assert list_jobs(tenant=committed_tenant.ref)[0].state == "waiting"


def test_the_jobs_of_all_tenants_are_on_one_page(
    browser: Client, committed_tenant: CreatedTenant, job: int
) -> None:
    shown = browser.get("/admin/jobs/").content.decode()
    assert f"/admin/tenants/{committed_tenant.ref.slug}/jobs/" in shown
    assert messages_after(browser, "/admin/jobs/", "cancel", job=job)


@pytest.mark.parametrize("id", ["x", "-1", str(2**63), "1" * 5000, ""], ids=range(5))
def test_what_is_no_id_of_a_job_is_a_400(browser: Client, id: str) -> None:
    assert browser.get("/admin/jobs/", {"before": id}).status_code == 400
    assert act(browser, "/admin/jobs/", "cancel", job=id).status_code == 400

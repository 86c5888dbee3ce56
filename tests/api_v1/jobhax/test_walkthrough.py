"""`examples/jobhax_walkthrough.sh`: the document's requests, against a real server and stand-ins."""

from pathlib import Path

import pytest

from core.accounts.logins.provider_settings import set_provider_application
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.servers import CHECKOUT, run_script, running_server
from tests.standins.identity import IdentityStandin

SCRIPT = CHECKOUT / "examples" / "jobhax_walkthrough.sh"


@pytest.mark.server
def test_every_request_of_the_document_answers_as_documented(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    with IdentityStandin() as standin:
        google_token, linkedin_token = _prepare(standin, committed_tenant)
        bases = {"GOOGLE_API_BASE": standin.url, "LINKEDIN_API_BASE": standin.url}
        client = (committed_tenant.client_id, committed_tenant.client_secret)
        # Two processes: what one has ended, the other must not let in.
        with running_server(tmp_path, workers=2, **bases) as server:
            walked = run_script(SCRIPT, f"{server.url}/api", *client, google_token, linkedin_token)
            assert walked.returncode == 0, walked.stdout + walked.stderr
            assert "All requests of the JobHax API answer as documented." in walked.stdout
            refused = run_script(SCRIPT, f"{server.url}/api", client[0], "wrong")
        assert refused.returncode == 1
        assert "FAILED" in refused.stderr


def _prepare(standin: IdentityStandin, tenant: CreatedTenant) -> tuple[str, str]:
    with tenant_scope(tenant.ref):
        for service, provider in (
            (standin.google, "google-oauth2"),
            (standin.linkedin, "linkedin-oauth2"),
        ):
            service.add_client(client_id="ours", secret="our secret")
            set_provider_application(provider, client_id="ours", secret="our secret")
    standin.google.add_account(sub="g1", email="nina@gmail.test")
    standin.linkedin.add_member(id="l1", email="bob@linked.test")
    scope = "openid email https://www.googleapis.com/auth/gmail.readonly"
    return (
        standin.google.issue(sub="g1", client_id="ours", scope=scope),
        standin.linkedin.issue(id="l1", client_id="ours"),
    )

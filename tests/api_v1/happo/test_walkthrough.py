"""`examples/happo_walkthrough.sh`: the document's curl samples, against a real server process."""

from pathlib import Path

import pytest

from tenants.provisioning.lifecycle import CreatedTenant
from tests.servers import CHECKOUT, run_script, running_server

SCRIPT = CHECKOUT / "examples" / "happo_walkthrough.sh"


@pytest.mark.server
def test_every_sample_of_the_document_answers_as_documented(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    with running_server(tmp_path) as server:
        walked = run_script(SCRIPT, server.url, committed_tenant.api_key)
        assert walked.returncode == 0, walked.stdout + walked.stderr
        assert "All samples of the Happo API answer as documented." in walked.stdout
        refused = run_script(SCRIPT, server.url, committed_tenant.api_key + "x")
    assert refused.returncode == 1
    assert "FAILED" in refused.stderr

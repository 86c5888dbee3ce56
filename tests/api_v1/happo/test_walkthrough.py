"""`examples/happo_walkthrough.sh`: the document's curl samples, against a real server process."""

import subprocess
from pathlib import Path

import pytest

from tenants.provisioning.lifecycle import CreatedTenant
from tests.servers import CHECKOUT, running_server, shell_environment

SCRIPT = CHECKOUT / "examples" / "happo_walkthrough.sh"


def walk(url: str, key: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(SCRIPT), url, key],
        env=shell_environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.server
def test_every_sample_of_the_document_answers_as_documented(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    with running_server(tmp_path) as server:
        walked = walk(server.url, committed_tenant.api_key)
        assert walked.returncode == 0, walked.stdout + walked.stderr
        assert "All samples of the Happo API answer as documented." in walked.stdout
        refused = walk(server.url, committed_tenant.api_key + "x")
    assert refused.returncode == 1
    assert "FAILED" in refused.stderr

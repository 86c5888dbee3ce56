"""The collections, run by newman against a real server.

Newman comes from npm. Where there is Node, continuous integration must run it; a developer's machine may name one that
is installed in NEWMAN, or has it on the PATH.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from api_v1.documentation.postman import FOLDER
from tenants.provisioning.lifecycle import CreatedTenant
from tests.programs import required_program
from tests.servers import running_server


def _newman() -> dict[str, str]:
    """Return the environment that `run.sh` needs; skip where newman is not available."""
    required_program("node", package="nodejs")
    if named := os.environ.get("NEWMAN") or shutil.which("newman"):
        return {"NEWMAN": named}
    if os.environ.get("CI") != "true":
        pytest.skip("newman is not there: npm install --global newman")
    required_program("npm", package="npm")
    return {}


@pytest.mark.server
@pytest.mark.timeout(600)
def test_every_request_of_both_collections_passes(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    environment = {**os.environ, **_newman()}
    with running_server(tmp_path) as server:
        secrets = (
            committed_tenant.api_key,
            committed_tenant.client_id,
            committed_tenant.client_secret,
        )
        ran = subprocess.run(
            # A slash at the end is what people paste.
            [FOLDER / "run.sh", f"{server.url}/", *secrets],
            env=environment,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr

"""The memory of an import doesn't grow with the file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mail_samples import write_mbox
from tenants.provisioning.lifecycle import CreatedTenant
from tests.processes import CHECKOUT
from tests.servers import server_environment

# What a user's own 160 applications more may take; 4,000 mails more are 40 MB.
MEGABYTES = 24
MEASURE = """
import json, os, resource, sys
from pathlib import Path
import django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
from core.accounts.services import register_confirmed_user
from tenants.context import tenant_scope
from tenants.management.mail_import import import_files
from tenants.registry import require_tenant
said = []
with tenant_scope(require_tenant(sys.argv[1])):
    for number, path in enumerate(sys.argv[2:]):
        user = register_confirmed_user(f"import{number}@jobs.test")
        count = import_files(user.id, [Path(path)])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        said.append([count.messages, count.total("applications"), peak])
print(json.dumps(said))
"""


@pytest.mark.server
def test_five_times_the_mail_takes_no_more_memory(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    boxes = []
    for mails, jobs in ((1_000, 40), (5_000, 200)):
        boxes.append(tmp_path / f"{mails}.mbox")
        write_mbox(boxes[-1], mails, jobs=jobs)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, committed_tenant.ref.slug, *map(str, boxes)],
        cwd=CHECKOUT,
        env=server_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    for box in boxes:
        box.unlink()
    assert ran.returncode == 0, ran.stderr
    [small, large] = json.loads(ran.stdout)
    assert [one[:2] for one in (small, large)] == [[1_000, 40], [5_000, 200]]
    assert large[2] - small[2] < MEGABYTES, f"{large[2] - small[2]:.0f} MB"

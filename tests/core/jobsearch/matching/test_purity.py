"""Matching is a function of values: whatever uses it needs neither a framework nor a database."""

import subprocess
import sys

LOADED = (
    "import sys, core.jobsearch.matching, core.jobsearch.matching.values;"
    "print([name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')])"
)


def test_importing_it_loads_no_django_and_no_driver() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

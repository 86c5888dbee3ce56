"""`manage.py worker` that knows the tests' tasks too: python -m tests.tenants.jobs.worker_process."""

import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import tests.tenants.jobs.tasks  # noqa: F401 - declares them

    call_command("worker", *sys.argv[1:])

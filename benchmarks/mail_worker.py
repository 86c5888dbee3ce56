"""`manage.py worker` with one more plugin, whose mail sources fail in every way: python -m benchmarks.mail_worker."""

import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import config.wiring

    config.wiring.SHIPPED_PLUGINS += ("tests.providers.isolation.poisonous",)  # type: ignore[misc]
    django.setup()
    call_command("worker", *sys.argv[1:])

"""Prepare the baseline's database: migrate, create tenants as the library does, fill them; print facts for clients."""

import json
import os
import sys
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.plain.settings"
KEY = "plain-key"


def main() -> None:
    """Take the sizes of the tenants from the command line, and print one JSON object."""
    django.setup()
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from benchmarks.plain.customers.models import Client, Domain
    from benchmarks.seed import SEEKERS, seed_plain, seed_plain_seeker

    call_command("migrate_schemas", "--shared", verbosity=0)
    Client.objects.create(schema_name="public", name="public")
    tenants, seconds = {}, []
    for size in sys.argv[1:]:
        start = time.perf_counter()
        client = Client.objects.create(schema_name=f"plain{size}", name=size)
        seconds.append(time.perf_counter() - start)
        Domain.objects.create(domain=f"plain{size}.test", tenant=client, is_primary=True)
        with tenant_context(client):
            tenants[size] = seed_plain(key=KEY, positions=int(size))
            if size == sys.argv[1]:
                for number in SEEKERS:
                    seed_plain_seeker(token=f"seeker{number}", number=number)
    print(json.dumps({"candidates": tenants, "create_seconds": seconds}))


if __name__ == "__main__":
    main()

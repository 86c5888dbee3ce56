"""Makes an installation whose users have forwarding addresses: python -m tests.tenants.inbound.provision USERS.

As a process of its own, because it works on another database than the tests.
"""

import json
import os
import sys

import django


def main(users: int) -> None:
    """Print the schema of the new tenant, and an address of each of so many users."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from config.prepare import keep_database_running
    from core.accounts.services import register_confirmed_user
    from tenants.context import tenant_scope
    from tenants.database.hardening import harden_embedded
    from tenants.provisioning import lifecycle
    from tenants.provisioning.public_schema import migrate_public
    from tests.tenants.inbound.serving import give_address

    keep_database_running()
    server = settings.EMBEDDED_POSTGRES
    harden_embedded(server.admin_url, database=settings.DATABASES["default"]["NAME"])
    migrate_public()
    created = lifecycle.create_tenant("acme", name="Acme", owner_email="olga@acme.test")
    with tenant_scope(created.ref):
        made = [register_confirmed_user(f"user{number}@acme.test") for number in range(users)]
        addresses = [give_address(user)[1] for user in made]
    print(json.dumps({"schema": created.ref.schema_name, "addresses": addresses}))


if __name__ == "__main__":
    main(int(sys.argv[1]))

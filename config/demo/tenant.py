"""The demo tenant: the first `make run` creates it once, with sample data; later starts leave it as it is."""

from pathlib import Path
from secrets import token_urlsafe

from django.db import connection

from config.demo.record import DEMO_SLUG, Demo, read_demo, write_demo
from config.demo.samples import add_samples, add_seeker
from core.accounts.logins.password_changes import set_password
from core.accounts.models import User
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.provisioning.lifecycle import create_tenant, delete_tenant

OWNER_EMAIL = "owner@demo.example"
SEEKER_EMAIL = "jo@demo.example"


def ensure_demo(data_dir: Path) -> Demo | None:
    """Return the demo tenant, created now if there never was one; None when an operator has deleted it since.

    A demo tenant whose creation was interrupted is deleted and created again: no client has its key yet.
    """
    database = _database_identifier()
    demo = read_demo(data_dir)
    if demo is not None and demo.database != database:
        demo = None
    exists = Tenant.objects.filter(slug=DEMO_SLUG).exists()
    if demo is not None and demo.state == "made":
        return demo if exists else None
    if demo is None and exists:
        # An operator created a tenant with this slug, or `demo.json` is lost: don't delete the tenant.
        return None
    write_demo(data_dir, Demo(state="being made", database=database))
    if exists:
        delete_tenant(DEMO_SLUG)
    created = create_tenant(DEMO_SLUG, name="Demo", owner_email=OWNER_EMAIL)
    owner_password, seeker_password = token_urlsafe(12), token_urlsafe(12)
    with tenant_scope(created.ref):
        owner = User.objects.get(uuid=created.owner_uuid)
        set_password(owner, password=owner_password)
        add_samples(owner)
        add_seeker(SEEKER_EMAIL, password=seeker_password)
    made = Demo(
        state="made",
        database=database,
        host=created.host,
        api_key=created.api_key,
        client_id=created.client_id,
        client_secret=created.client_secret,
        owner_email=created.owner_email,
        owner_id=str(created.owner_uuid),
        owner_password=owner_password,
        seeker_email=SEEKER_EMAIL,
        seeker_password=seeker_password,
    )
    write_demo(data_dir, made)
    return made


def _database_identifier() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_catalog.pg_control_system()")
        return str(cursor.fetchone()[0])

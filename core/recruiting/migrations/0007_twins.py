"""Move the invitations of a placeholder to the user who got its address, under another spelling (accounts 0002).

What a tenant says of a mail domain is stored under the domain's A-labels, as the domains of addresses are.

Only a placeholder that an invitation made and that has never been used is deleted: one with an API key stays, and so
does one to which other rows refer.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from core.accounts.addresses import list_spellings
from core.domain_names import list_domain_forms


def move_invitations(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Move them, and delete the placeholders."""
    users = apps.get_model("accounts", "User").objects
    placeholders = users.filter(is_registered=False, is_staff=False, api_keys=None)
    for twin in placeholders.exclude(email__regex=r"^[\x01-\x7f]*$"):
        owner = users.filter(email=list_spellings(twin.email)[-1]).exclude(pk=twin.pk).first()
        if owner is not None:
            with suppress(IntegrityError), transaction.atomic():
                _move(apps, twin, owner)
                # Not by the model, which would delete what the placeholder has made.
                schema_editor.execute("DELETE FROM accounts_user WHERE id = %s", [twin.pk])
                schema_editor.connection.check_constraints()


def _move(apps: StateApps, twin: Any, owner: Any) -> None:  # Any: as above
    collaborators = apps.get_model("recruiting", "Collaborator").objects
    moved = collaborators.filter(user_id=twin.uuid)
    known = collaborators.filter(user_id=owner.uuid).values("position_id")
    moved.filter(position_id__in=known).delete()
    if owner.is_registered and owner.email_confirmed_at is not None:
        moved.filter(status="awaiting_registration").update(status="awaiting_approval")
    # Clients that sync learn of it: each position has a time of its own.
    positions = apps.get_model("recruiting", "Position").objects
    now = timezone.now()
    for nth, id in enumerate(moved.values_list("position_id", flat=True)):
        shown = positions.filter(id=id, archived_at=None, deleted_at=None)
        shown.update(updated_at=now + timedelta(milliseconds=nth))
    moved.update(user_id=owner.uuid)
    lost = apps.get_model("recruiting", "PositionTombstone").objects.filter(user_id=twin.uuid)
    lost.delete()


def store_mail_domains(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store the domains in A-labels; what was said of that form already stays."""
    said = apps.get_model("recruiting", "MailDomain").objects
    for one in said.exclude(domain__regex=r"^[\x01-\x7f]*$"):
        stored, *_ = list_domain_forms(one.domain)
        said.get_or_create(domain=stored, defaults={"is_public": one.is_public})
        one.delete()


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0006_mail_domain"), ("accounts", "0002_addresses")]

    operations = [
        migrations.RunPython(move_invitations, migrations.RunPython.noop),
        migrations.RunPython(store_mail_domains, migrations.RunPython.noop),
    ]

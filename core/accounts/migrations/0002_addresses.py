"""Store addresses in the form of `core.accounts.addresses`; the users of two spellings of one address both stay.

Of several users with one address, the one gets it whose mailbox is confirmed, or else who is registered, or else who came
first. The others keep the spelling that they have, and log in with it.
"""

from collections import defaultdict
from typing import Any

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from core.accounts.addresses import list_spellings


def store_addresses(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each address to one of its users."""
    users = apps.get_model("accounts", "User").objects
    spelled = defaultdict(list)
    for user in users.exclude(email__regex=r"^[\x01-\x7f]*$"):
        spelled[list_spellings(user.email)[-1]].append(user)
    for user in users.filter(email__in=list(spelled)):
        if user not in spelled[user.email]:
            spelled[user.email].append(user)
    for address, rivals in spelled.items():
        winner = min(rivals, key=_rank)
        if winner.email == address:
            continue
        holder = next((user for user in rivals if user.email == address), None)
        if holder is not None:
            # Both addresses are unique at any time, so the exchange takes a third one.
            users.filter(pk=holder.pk).update(email=f"{holder.uuid}@migration.invalid")
        users.filter(pk=winner.pk).update(email=address)
        if holder is not None:
            users.filter(pk=holder.pk).update(email=winner.email)


def _rank(user: Any) -> tuple[bool, bool, int]:  # Any: the model of that state
    return user.email_confirmed_at is None, not user.is_registered, user.pk


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("User", "user_email_lower_case"),
        migrations.RunPython(store_addresses, migrations.RunPython.noop),
        migrations.AddConstraint(
            "User",
            models.CheckConstraint(
                condition=models.Q(
                    email=django.db.models.functions.text.Lower(
                        django.db.models.functions.comparison.Collate("email", "C")
                    )
                ),
                name="user_email_ascii_lower_case",
            ),
        ),
    ]

"""New names in Python alone: tables, columns and indexes stay as the first release made them."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("logins", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("FailedLogins", "logins_failedlogins"),
                migrations.RenameModel("FailedLogins", "AttemptCounter"),
                migrations.AlterField(
                    "AttemptCounter",
                    "failed_at",
                    ArrayField(models.DateTimeField(), db_column="failed_at"),
                ),
                migrations.RenameField("AttemptCounter", "failed_at", "counted_at"),
                migrations.AlterModelTable("ProviderClient", "logins_providerclient"),
                migrations.RenameModel("ProviderClient", "ProviderApplication"),
            ]
        )
    ]

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# As `core.idempotency.mentions` finds them, for the replies of the last 24 hours.
FILL = r"""
    UPDATE traffic_storedreply SET mentions = ARRAY(
        SELECT DISTINCT (found[1])::uuid
          FROM regexp_matches(body, '"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"', 'g') AS found)
     WHERE body IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("traffic", "0001_initial"),
    ]

    operations = [
        # With a default in the database: processes of the former version go on writing rows without this column.
        migrations.AddField(
            model_name="storedreply",
            name="mentions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], size=None
            ),
        ),
        migrations.RunSQL([FILL], migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="storedreply",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["mentions"], name="storedreply_mentions"
            ),
        ),
    ]

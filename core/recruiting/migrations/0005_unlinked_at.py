from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recruiting", "0004_position_tombstone"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="unlinked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("candidate__isnull", True), ("position__isnull", True)),
                fields=["created_at"],
                name="attachment_free",
            ),
        ),
        # What has no parent at the upgrade gets a full day more.
        migrations.RunSQL(
            [
                "UPDATE recruiting_attachment SET unlinked_at = now()"
                " WHERE position_id IS NULL AND candidate_id IS NULL"
            ],
            migrations.RunSQL.noop,
        ),
    ]

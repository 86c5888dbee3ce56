import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# Mail that an earlier release stored keeps what was displayed of it. It has no bytes, so it can't be read again. A
# Message-ID that a user has twice was found in two folders: the second one goes by its place in the mailbox.
CONVERT = """
    UPDATE mail_storedmessage SET
        body = CASE WHEN body <> '' THEN body ELSE text END,
        digest = sha256(convert_to(
            CASE WHEN mail.number = 1 AND btrim(mail.message_id, '<> ') <> '' THEN mail.message_id
                 ELSE concat(mail.mailbox, ':', mail.mailbox_key) END, 'UTF8')),
        state = CASE WHEN error <> '' THEN 'failed' WHEN plugin = '' THEN 'empty' ELSE 'read' END
      FROM (SELECT id, message_id, mailbox, mailbox_key,
                   row_number() OVER (PARTITION BY user_id, message_id ORDER BY id) AS number
              FROM mail_storedmessage) mail
     WHERE mail.id = mail_storedmessage.id
"""


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial"), ("jobsearch", "0002_statuses")]

    operations = [
        migrations.RemoveConstraint("storedmessage", "message_once_per_mailbox"),
        migrations.RemoveIndex("storedmessage", "message_of_jobs_newest"),
        migrations.RenameField("storedmessage", "html", "body"),
        migrations.AlterField("storedmessage", "sender_name", models.TextField(default="")),
        migrations.AlterField("storedmessage", "sender_address", models.TextField(default="")),
        migrations.AddField(
            "storedmessage", "digest", models.BinaryField(default=b"", max_length=32), preserve_default=False
        ),
        migrations.AddField("storedmessage", "raw", models.BinaryField(null=True)),
        migrations.AddField("storedmessage", "folder", models.CharField(default="inbox", max_length=10)),
        migrations.AddField("storedmessage", "forwarded", models.BooleanField(default=False)),
        migrations.AddField("storedmessage", "trust", models.CharField(default="unknown", max_length=10)),
        migrations.AddField("storedmessage", "signed_by", models.JSONField(default=list)),
        migrations.AddField("storedmessage", "plugin_version", models.CharField(default="", max_length=100)),
        migrations.AddField("storedmessage", "claimed_by", models.CharField(default="", max_length=10)),
        migrations.AddField("storedmessage", "source", models.CharField(default="", max_length=100)),
        migrations.AddField("storedmessage", "system_domains", models.JSONField(default=list)),
        migrations.AddField("storedmessage", "template", models.TextField(default="")),
        migrations.AddField("storedmessage", "state", models.CharField(default="read", max_length=10)),
        migrations.AddField("storedmessage", "reason", models.TextField(default="")),
        migrations.AddField(
            "storedmessage", "read_at", models.DateTimeField(default=django.utils.timezone.now)
        ),
        migrations.RunSQL(CONVERT, migrations.RunSQL.noop),
        migrations.RemoveField("storedmessage", "text"),
        migrations.RemoveField("storedmessage", "headers"),
        migrations.RemoveField("storedmessage", "thread_id"),
        migrations.AddConstraint(
            "storedmessage",
            models.UniqueConstraint(fields=("user", "digest"), name="message_once_per_user"),
        ),
        migrations.AddIndex(
            "storedmessage",
            models.Index(
                condition=models.Q(("state", "read")),
                fields=["user", "-received_at", "-id"],
                name="message_of_jobs_newest",
            ),
        ),
        migrations.CreateModel(
            name="StoredEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=300, null=True)),
                ("company", models.CharField(max_length=200, null=True)),
                ("location", models.CharField(max_length=200, null=True)),
                ("requisition", models.CharField(max_length=100, null=True)),
                ("logo", models.CharField(max_length=2000, null=True)),
                ("link", models.CharField(max_length=2000, null=True)),
                ("occurred_at", models.DateTimeField()),
                ("occurred_on", models.DateField(null=True)),
                ("scheduled_at", models.DateTimeField(null=True)),
                ("evidence", models.JSONField(default=list)),
                ("effect", models.CharField(max_length=10, null=True)),
                ("status", models.BigIntegerField(null=True)),
                ("rejected", models.BooleanField(null=True)),
                ("candidates", models.JSONField(null=True)),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="jobsearch.application",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="mail.storedmessage",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("application__isnull", False)),
                        fields=["application"],
                        name="event_of_application",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "position"), name="event_once_per_message"
                    )
                ],
            },
        ),
    ]

"""The audit log of a tenant, to which its role may add entries, and do nothing else.

Each new entry is noted in `happo_audit.pending`, from where a worker seals it.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

# The role has the privileges that new tables get, unless this is the template, whose schema has no role. The columns
# are `tenants.audit.models.WRITTEN`.
RESTRICT = """
    DO $do$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_schema()) THEN
            EXECUTE format('REVOKE ALL ON audit_entry FROM %I', current_schema());
            EXECUTE format('GRANT SELECT, INSERT (actor_kind, actor_id, action, object_kind, object_id, '
                'address, request_id, changes, mac) ON audit_entry TO %I', current_schema());
        END IF;
    END
    $do$
"""
NOTE_ENTRIES = """
    CREATE TRIGGER note_entries AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION happo_audit.note_entries()
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=100)),
                ("action", models.CharField(max_length=40)),
                ("object_kind", models.CharField(max_length=20)),
                ("object_id", models.CharField(max_length=100)),
                ("address", models.CharField(max_length=45)),
                ("request_id", models.CharField(max_length=128)),
                ("changes", models.JSONField(default=dict)),
                ("mac", models.BinaryField(max_length=24)),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    models.Index(fields=["object_id", "-id"], name="audit_entry_object"),
                    models.Index(fields=["actor_id", "-id"], name="audit_entry_actor"),
                ],
            },
        ),
        migrations.RunSQL(NOTE_ENTRIES, "DROP TRIGGER note_entries ON audit_entry"),
        migrations.RunSQL(RESTRICT, migrations.RunSQL.noop),
    ]

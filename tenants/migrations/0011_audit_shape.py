"""The log of the installation gets the columns that the logs of tenants have.

What was written before keeps its columns (`actor`, `facts`), because they are sealed. Processes of earlier code go on
adding such entries, so that the new columns have defaults.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

NEW = {
    "actor_kind": 10,
    "actor_id": 100,
    "object_kind": 20,
    "object_id": 100,
    "address": 45,
    "request_id": 128,
}
DEFAULTS = ", ".join(
    f"ALTER {column} SET DEFAULT {value}"
    for column, value in [*((name, "''") for name in NEW), ("changes", "'{}'"), ("mac", "''")]
)
# The time is the database's, whatever a statement says.
CLOCK = """
    CREATE FUNCTION public.happo_audit_now() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
    BEGIN
        NEW.at := statement_timestamp();
        RETURN NEW;
    END
    $function$;
    CREATE TRIGGER audit_now BEFORE INSERT ON public.tenants_auditentry
    FOR EACH ROW EXECUTE FUNCTION public.happo_audit_now();
"""
NO_CLOCK = """
    DROP TRIGGER audit_now ON public.tenants_auditentry;
    DROP FUNCTION public.happo_audit_now();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0010_tenants_own_switch")]

    operations = [
        migrations.AlterField(
            "AuditEntry",
            "actor",
            models.CharField(db_column="actor", db_default="", max_length=300),
        ),
        migrations.RenameField("AuditEntry", "actor", "earlier_actor"),
        migrations.AlterField(
            "AuditEntry",
            "facts",
            models.JSONField(db_column="facts", db_default={}),
        ),
        migrations.RenameField("AuditEntry", "facts", "earlier_facts"),
        migrations.AlterField(
            "AuditEntry",
            "at",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            "AuditEntry", "tenant", models.CharField(db_default="", max_length=40)
        ),
        *(
            migrations.AddField(
                "AuditEntry",
                name,
                models.CharField(default="", max_length=length),
                preserve_default=False,
            )
            for name, length in NEW.items()
        ),
        migrations.AddField("AuditEntry", "changes", models.JSONField(default=dict)),
        migrations.AlterField("AuditEntry", "mac", models.BinaryField(max_length=24)),
        migrations.RunSQL(
            f"ALTER TABLE public.tenants_auditentry {DEFAULTS}", migrations.RunSQL.noop
        ),
        migrations.RemoveIndex("AuditEntry", "audit_of_tenant"),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["tenant", "-id"], name="audit_of_tenant")
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["object_id", "-id"], name="audit_of_object")
        ),
        migrations.AddIndex(
            "AuditEntry", models.Index(fields=["actor_id", "-id"], name="audit_of_actor")
        ),
        migrations.AlterField(
            "ProvisioningRequest", "actor", models.CharField(db_default="", max_length=300)
        ),
        migrations.AddField(
            "ProvisioningRequest", "address", models.CharField(db_default="", max_length=45)
        ),
        migrations.AlterField(
            "AuditEntry", "id", models.BigAutoField(primary_key=True, serialize=False)
        ),
        migrations.RunSQL(CLOCK, NO_CLOCK),
    ]

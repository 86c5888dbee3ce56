from django.db import migrations, models

# What there is at the upgrade. Invitations are counted from now on.
FILL = [
    """
    INSERT INTO quotas_quotausage (quota, subject, used)
    SELECT 'storage', '', sum(size) FROM recruiting_attachment HAVING count(*) > 0
    """,
    """
    INSERT INTO quotas_quotausage (quota, subject, used)
    SELECT 'positions', '', count(*) FROM recruiting_position WHERE deleted_at IS NULL HAVING count(*) > 0
    """,
    """
    INSERT INTO quotas_quotausage (quota, subject, used)
    SELECT 'candidates', position_id::text, count(*) FROM recruiting_candidate
     WHERE deleted_at IS NULL GROUP BY position_id
    """,
]
# One call per statement, whatever the number of its rows; the functions are in the schema `happo_quotas`.
STATEMENTS = [
    ("storage", "recruiting_attachment", ("INSERT", "DELETE")),
    ("positions", "recruiting_position", ("INSERT", "DELETE")),
    ("candidates", "recruiting_candidate", ("INSERT", "DELETE")),
    ("invitations", "accounts_user", ("INSERT",)),
]
# A deleted object stays as a tombstone, which doesn't count.
ROWS = [("positions", "recruiting_position"), ("candidates", "recruiting_candidate")]


def triggers():
    for quota, table, events in STATEMENTS:
        for event in events:
            rows = "NEW" if event == "INSERT" else "OLD"
            yield (
                f"CREATE TRIGGER quota_{quota}_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION happo_quotas.count_{quota}()"
            )
    for quota, table in ROWS:
        yield (
            f"CREATE TRIGGER quota_{quota}_update AFTER UPDATE OF deleted_at ON {table} FOR EACH ROW"
            " WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))"
            f" EXECUTE FUNCTION happo_quotas.count_{quota}()"
        )


def drop_triggers():
    names = [
        *((quota, table, event) for quota, table, events in STATEMENTS for event in events),
        *((quota, table, "UPDATE") for quota, table in ROWS),
    ]
    return [f"DROP TRIGGER quota_{quota}_{event.lower()} ON {table}" for quota, table, event in names]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("recruiting", "0005_unlinked_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuotaUsage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "quota", "subject", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quota", models.CharField(max_length=20)),
                ("subject", models.CharField(max_length=36)),
                ("used", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0)), name="quota_usage_not_negative"
                    )
                ],
            },
        ),
        # The tables are locked before they are counted, so that no row is missed.
        migrations.RunSQL([*triggers(), *FILL], [*drop_triggers()]),
    ]

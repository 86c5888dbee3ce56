"""The first registered user of each tenant becomes its owner; a unique index refuses a second one.

Not in `public` (the router says so), where several operators have all rights: so Django's state doesn't know the index.
"""

from django.db import migrations

MARK_OWNER = """
    UPDATE accounts_user SET is_superuser = first.is_first, is_staff = first.is_first
      FROM (SELECT id, is_registered
                       AND id = min(id) FILTER (WHERE is_registered) OVER () AS is_first
              FROM accounts_user) AS first
     WHERE accounts_user.id = first.id
       AND (accounts_user.is_superuser <> first.is_first OR accounts_user.is_staff <> first.is_first)
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_addresses")]

    operations = [
        migrations.RunSQL(MARK_OWNER, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX user_one_owner ON accounts_user (is_superuser) WHERE is_superuser",
            "DROP INDEX user_one_owner",
        ),
    ]

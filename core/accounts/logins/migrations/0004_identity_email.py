"""The verified address that an identity showed last. So far it was that of its user, confirmed with the identity."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("logins", "0003_provider_options")]

    operations = [
        migrations.AddField(
            "LinkedIdentity", "email", models.CharField(db_default="", default="", max_length=254)
        ),
        migrations.RunSQL(
            [
                "UPDATE logins_linkedidentity linked SET email = u.email FROM accounts_user u"
                " WHERE u.id = linked.user_id AND u.email_confirmed_at IS NOT NULL"
            ],
            migrations.RunSQL.noop,
        ),
    ]

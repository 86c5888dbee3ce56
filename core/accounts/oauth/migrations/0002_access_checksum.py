from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("oauth", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="refreshtoken",
            name="access_checksum",
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.RunSQL(
            """
            UPDATE oauth_refreshtoken r SET access_checksum = a.token_checksum
              FROM oauth_accesstoken a WHERE a.id = r.access_token_id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="refreshtoken",
            index=models.Index(fields=["access_checksum"], name="refresh_token_access"),
        ),
    ]

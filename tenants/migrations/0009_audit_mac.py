from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0008_mail_days")]

    operations = [
        migrations.AddField("AuditEntry", "mac", models.BinaryField(default=b"", max_length=24)),
    ]

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("mail", "0007_server_pauses"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="storedmessage",
            index=models.Index(
                condition=models.Q(state="waiting"), fields=["user"], name="message_waiting"
            ),
        ),
    ]

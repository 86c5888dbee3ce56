from django.db import migrations


class Migration(migrations.Migration):
    """Only the Python name changes: the table keeps its name, so that the database has nothing to do."""

    dependencies = [
        ("recruiting", "0003_unlinked_attachment"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("LostPosition", "recruiting_lostposition"),
                migrations.RenameModel("LostPosition", "PositionTombstone"),
            ]
        ),
    ]

from django.db import migrations

# Real clients know these by their ids. The ones that an operator adds come after them.
SEED = """
    INSERT INTO jobsearch_status (id, value)
    VALUES (1, 'Applied'), (2, 'To Apply'), (3, 'Phone Screen'), (4, 'Onsite Interview'), (5, 'Offer');
    SELECT setval(pg_get_serial_sequence('jobsearch_status', 'id'), 5);
"""


class Migration(migrations.Migration):
    dependencies = [("jobsearch", "0001_initial")]

    operations = [migrations.RunSQL(SEED, "DELETE FROM jobsearch_status WHERE id <= 5")]

"""The token buckets of credentials."""

from django.db import models


class Bucket(models.Model):
    """The token bucket of one credential. The table is UNLOGGED: a crash of the database refills every bucket."""

    credential = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    # The size of the last lease.
    leased = models.PositiveSmallIntegerField()
    filled_at = models.DateTimeField()

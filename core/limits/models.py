"""The token buckets of credentials."""

from django.db import models


class Bucket(models.Model):
    """The token bucket of one credential. The table is UNLOGGED: after a crash every bucket is full again."""

    credential = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    # How many the last taker got.
    leased = models.PositiveSmallIntegerField()
    filled_at = models.DateTimeField()

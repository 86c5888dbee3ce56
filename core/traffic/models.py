"""What is remembered about requests: how many a credential may still make, and the answers of the last day."""

from django.db import models


class Bucket(models.Model):
    """The token bucket of one credential. The table is UNLOGGED: after a crash every bucket is full again."""

    credential = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    # How many the last taker got.
    leased = models.PositiveSmallIntegerField()
    filled_at = models.DateTimeField()


class StoredReply(models.Model):
    """The answer to a request that carried an idempotency key, written in the transaction of the request itself."""

    # Who asked, which route, under which key (its SHA-256, as hexadecimal). As a primary key in three parts this needs
    # no other index.
    pk = models.CompositePrimaryKey("credential", "route", "key")
    credential = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    request_hash = models.BinaryField(max_length=32)
    # Both are null once the reply was forgotten.
    code = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="storedreply_age")]

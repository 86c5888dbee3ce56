"""The replies of the last day, each under the idempotency key of its request."""

from django.db import models


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
        # The table belongs to the app whose migrations made it.
        app_label = "traffic"
        indexes = [models.Index(fields=["created_at"], name="storedreply_age")]

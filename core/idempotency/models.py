"""Stored replies of the last 24 hours, by the idempotency key of their request."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class StoredReply(models.Model):
    """The reply to a request with an idempotency key, written in the transaction of that request."""

    # `Caller.credential_id`, the route's name and the SHA-256 of the key, in hexadecimal. The composite primary key is
    # the only index that they need.
    pk = models.CompositePrimaryKey("credential", "route", "key")
    credential = models.CharField(max_length=64)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    request_hash = models.BinaryField(max_length=32)
    # Both are null once `forget_replies_about` has erased the reply.
    code = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(null=True)
    # The ids that the body names: `find_ids` of `core.idempotency.mentions`.
    mentions = ArrayField(models.UUIDField(), db_default=[])
    created_at = models.DateTimeField()

    class Meta:
        # The app whose migrations created the table.
        app_label = "traffic"
        indexes = [
            models.Index(fields=["created_at"], name="storedreply_age"),
            GinIndex(fields=["mentions"], name="storedreply_mentions"),
        ]

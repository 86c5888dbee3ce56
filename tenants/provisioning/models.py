"""Requests of the console to the provisioning worker, in `public`."""

from django.db import models
from django.db.models.functions import Now

from core.ids import new_uuid


class RequestState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ProvisioningRequest(models.Model):
    """What an operator has asked for and only the owner's role can do (`tenants.provisioning.verbs`).

    The application's role may insert the columns of the request itself and read; the worker writes all others.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    verb = models.CharField(max_length=40)
    # Checked by the verb's pydantic model; secrets in it are encrypted, and removed at the end.
    arguments = models.JSONField()
    # The slug that it is about, "" for operators. The row outlives the tenant.
    tenant = models.CharField(max_length=40)
    operator = models.UUIDField()
    # Of earlier code alone, which named the operator in the audit log by an address.
    actor = models.CharField(max_length=300, db_default="")
    # The id of the request over HTTP, and the IP address that it came from: both are in the audit log.
    trace_id = models.CharField(max_length=200)
    address = models.CharField(max_length=45, db_default="")
    # An X25519 public key: credentials are sealed for the page that has the private one.
    reply_key = models.BinaryField(max_length=32, null=True)
    requested_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=7, choices=RequestState, db_default=RequestState.WAITING.value
    )
    step = models.CharField(max_length=40, db_default="")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # Facts without secrets, once it is done.
    outcome = models.JSONField(null=True)
    # A sentence for the operator, once it has failed.
    error = models.TextField(db_default="")

    class Meta:
        app_label = "tenants"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=RequestState.values),
                name="provisioning_request_state",
            )
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="provisioning_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.tenant}"


class SealedCredentials(models.Model):
    """New credentials on their way to the page that has asked for them; deleted when it has got them, or soon."""

    request = models.OneToOneField(ProvisioningRequest, on_delete=models.CASCADE, primary_key=True)
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "tenants"


class ProvisioningWorker(models.Model):
    """A worker that performs the requests; `seen_at` is its heartbeat."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "tenants"

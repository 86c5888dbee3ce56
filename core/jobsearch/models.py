"""What a job seeker keeps: applications, where each stands and stood, notes. JobHax: "Job application related".

Answers show the user's number, so these tables point at it and not at the UUID.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.jobsearch.limits import (
    MAX_COMPANY_CHARACTERS,
    MAX_JOB_TITLE_CHARACTERS,
    MAX_SOURCE_CHARACTERS,
    MAX_STATUS_CHARACTERS,
)
from core.mail.models import StoredMessage

# The ids that real clients assume; the migration brings them, an operator may add more.
APPLIED, TO_APPLY, PHONE_SCREEN, ONSITE_INTERVIEW, OFFER = range(1, 6)


class Status(models.Model):
    """A step of an application, as the tenant calls it."""

    id = models.BigAutoField(primary_key=True)
    value = models.CharField(max_length=MAX_STATUS_CHARACTERS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value"], name="status_value_unique")]
        verbose_name_plural = "statuses"

    def __str__(self) -> str:
        return self.value


class Application(models.Model):
    """A job that somebody applied for or wants to. A deleted one stays in the table and is shown nowhere."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+", db_index=False)
    job_title = models.CharField(max_length=MAX_JOB_TITLE_CHARACTERS)
    company = models.CharField(max_length=MAX_COMPANY_CHARACTERS)
    company_logo = models.CharField(max_length=2000, null=True)
    apply_date = models.DateTimeField()
    # The mailbox's id of the mail that it came from, "" where somebody typed it in.
    msg_id = models.CharField(max_length=255, default="")
    # As it was sent: what counts as one of the four boards is the metrics' affair.
    source = models.CharField(max_length=MAX_SOURCE_CHARACTERS, default="")
    is_rejected = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "-apply_date", "-id"],
                condition=Q(deleted_at=None),
                name="application_newest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_title}, {self.company}"


class StatusChange(models.Model):
    """An application reached a status: `message` is the mail that said so, None where the user did."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="status_changes"
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_rejected = models.BooleanField(default=False)
    message = models.ForeignKey(
        StoredMessage, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=timezone.now)


class Note(models.Model):
    """What the user wrote down about an application."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    description = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(null=True)


class ApplicationDetail(models.Model):
    """What a job board says of the job, in the board's own shape; `{}` where it says nothing."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="detail"
    )
    poster_information = models.JSONField(default=dict)
    decorated_job_posting = models.JSONField(default=dict)
    top_card_v2 = models.JSONField(default=dict)

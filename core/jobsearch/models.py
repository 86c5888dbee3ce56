"""A job seeker's applications with their status, history and notes. JobHax: "Job application related".

The JobHax API shows a user's numeric id, so these tables refer to it and not to the UUID.
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
from core.line_field import LineField
from providers.links import MAX_LINK_CHARACTERS
from providers.text import MAX_NAME_CHARACTERS, MAX_REQUISITION_CHARACTERS


class Status(models.Model):
    """A step of an application. Each tenant has its own list."""

    id = models.BigAutoField(primary_key=True)
    value = models.CharField(max_length=MAX_STATUS_CHARACTERS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value"], name="status_value_unique")]
        verbose_name_plural = "statuses"

    def __str__(self) -> str:
        return self.value


class Application(models.Model):
    """A job that the user has applied for, or intends to. A deleted one stays in the table, but no query returns it."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+", db_index=False)
    job_title = LineField(max_length=MAX_JOB_TITLE_CHARACTERS)
    company = LineField(max_length=MAX_COMPANY_CHARACTERS)
    company_logo = models.CharField(max_length=MAX_LINK_CHARACTERS, null=True)
    # When the address of the logo stops working; null where it doesn't say so.
    logo_expires_at = models.DateTimeField(null=True)
    apply_date = models.DateTimeField()
    # The id that the mailbox gave the mail it was read from, "" where the user entered it.
    msg_id = models.CharField(max_length=255, default="")
    # As it was sent; `metrics.BOARDS` lists the sources that have a series each.
    source = LineField(max_length=MAX_SOURCE_CHARACTERS, default="")
    is_rejected = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)
    # `user` or `mail`. The columns below are what `matching.StoredApplication` needs beside the ones above.
    made_by = models.CharField(max_length=4, default="user", db_default="user")
    # The event of a mail that made it (`matching.FactKey`, as `core.mail.facts` writes it), whatever mail comes before
    # that one later; another event of it, once that mail is deleted. "" where the user made it.
    started_by = models.CharField(max_length=80, default="", db_default="")
    # The status that the user entered it with.
    own_status = models.BigIntegerField(null=True)
    # What the user changed since (`matching.FieldName`): mail doesn't change it again.
    edited = models.JSONField(default=list, db_default=[])
    # When the user marked it as rejected.
    rejected_at = models.DateTimeField(null=True)
    # The mail source that its first mail was read by.
    mail_source = models.CharField(max_length=100, default="", db_default="")
    location = models.CharField(max_length=MAX_NAME_CHARACTERS, null=True)
    requisition = models.CharField(max_length=MAX_REQUISITION_CHARACTERS, null=True)
    link = models.CharField(max_length=MAX_LINK_CHARACTERS, null=True)
    interview_at = models.DateTimeField(null=True)

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
    """The user moved an application to a status. What mail did is in `mail.StoredEvent`."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="status_changes"
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_rejected = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)


class Note(models.Model):
    """A user's note on an application."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    description = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(null=True)


class ApplicationDetail(models.Model):
    """The job board's information on the job, in the board's format; `{}` where it has none."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="detail"
    )
    poster_information = models.JSONField(default=dict)
    decorated_job_posting = models.JSONField(default=dict)
    top_card_v2 = models.JSONField(default=dict)

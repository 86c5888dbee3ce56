"""The tables of both APIs, with Django's defaults."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)


class ApiKey(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class Position(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=300)
    location = models.CharField(max_length=300, null=True)
    notes = models.TextField(null=True)
    type = models.CharField(max_length=20, null=True)
    ad_posting_link = models.CharField(max_length=2000, null=True)
    target_date = models.DateTimeField(null=True)
    status = models.CharField(max_length=20, default="draft")
    no_of_positions = models.IntegerField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at"]


class Collaborator(models.Model):
    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="collaborators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    type = models.CharField(max_length=20)
    status = models.CharField(max_length=30)


class Candidate(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="candidates")
    name = models.CharField(max_length=200)
    phone_number = models.CharField(max_length=50, null=True)
    compensation = models.CharField(max_length=200, null=True)
    description = models.TextField(null=True)
    email = models.EmailField(null=True)
    available_from_date = models.DateTimeField(null=True)
    stack = models.CharField(max_length=20, default="longlist")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Attachment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    file_name = models.CharField(max_length=255)
    position = models.ForeignKey(
        Position, null=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    candidate = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Status(models.Model):
    value = models.CharField(max_length=50)


class JobApplication(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    application_status = models.ForeignKey(Status, on_delete=models.PROTECT)
    job_title = models.CharField(max_length=300)
    company = models.CharField(max_length=200)
    company_logo = models.CharField(max_length=300, null=True)
    apply_date = models.DateTimeField()
    msg_id = models.CharField(max_length=200, default="")
    source = models.CharField(max_length=100, default="")
    is_rejected = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)

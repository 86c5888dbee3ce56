"""Users and their API keys. A tenant's schema holds the tenant's users, the schema `public` only the operators."""

from collections.abc import Collection

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Collate, Lower
from django.utils import timezone

from core.accounts.addresses import clean_email, list_spellings
from core.accounts.login_names import normalize_login_name
from core.ids import new_uuid
from core.line_field import LineField
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_NAME_CHARACTERS


class UserAccounts(BaseUserManager["User"]):
    """The users of the active schema."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with that e-mail address or user name, ignoring case; the e-mail address takes precedence.

        So a user can't intercept or block another user's log-in by choosing that user's address as a user name.
        """
        wanted = normalize_login_name(username or "")
        spellings = list_spellings(wanted)
        found = self.alias(lowered=Lower("username")).filter(
            models.Q(email__in=spellings) | models.Q(lowered=wanted)
        )
        users = sorted(found, key=lambda user: [user.email != one for one in spellings])
        if not users:
            raise self.model.DoesNotExist
        return users[0]

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an operator with all rights in the admin."""
        user = self.model(
            email=clean_email(email), is_staff=True, is_superuser=True, is_registered=True, **fields
        )
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # relations of untyped models
    """A registered user, or a placeholder that an invitation created (`is_registered` is False)."""

    id = models.BigAutoField(primary_key=True)
    # Other tables refer to this column, so that no reply needs a join to show who created an object.
    uuid = models.UUIDField(default=new_uuid, editable=False)
    email = models.CharField(max_length=MAX_EMAIL_CHARACTERS)
    username = models.CharField(max_length=MAX_NAME_CHARACTERS, null=True, blank=True)
    first_name = LineField(max_length=MAX_NAME_CHARACTERS, blank=True, default="")
    last_name = LineField(max_length=MAX_NAME_CHARACTERS, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # The role, in a tenant and of an operator alike: `core.accounts.roles`.
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    is_registered = models.BooleanField(default=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserAccounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="user_uuid_unique"),
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
            models.CheckConstraint(
                # Only of ASCII: Python and PostgreSQL may know different capital letters.
                condition=models.Q(email=Lower(Collate("email", "C"))),
                name="user_email_ascii_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    # The admin calls these for an operator. There are no groups or permissions: an operator has all rights, or none.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Return whether this operator may do `perm`."""
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: Collection[str], obj: object = None) -> bool:
        """Return whether this operator may do all of `perm_list`."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether this operator may see the admin of `app_label`."""
        return self.is_active and self.is_superuser


class ApiKey(models.Model):
    """A secret that authenticates requests as its user. Only its hash is stored; the key is shown once, when issued."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    # SHA-256 of the whole key: it has 190 random bits, so a slow hash would add no protection.
    secret_hash = models.BinaryField(max_length=32)
    hint = models.CharField(max_length=8)
    can_read = models.BooleanField(default=True)
    can_write = models.BooleanField(default=True)
    pinned_version = models.CharField(max_length=16, null=True, blank=True)
    rate_per_second = models.PositiveIntegerField(null=True, blank=True)
    burst = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["secret_hash"], name="apikey_secret_hash_unique")
        ]

    def __str__(self) -> str:
        return f"...{self.hint}"

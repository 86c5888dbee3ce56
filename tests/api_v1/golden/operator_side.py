"""What operators do between two requests of a golden script, and what expires meanwhile."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine
from django.utils import timezone

from core.accounts.logins.mailed_tokens import CONFIRMATION, PASSWORD_RESET
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.password_changes import set_password
from core.accounts.models import User
from core.accounts.oauth.models import AccessToken, Client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.queries import authenticate_api_key
from core.accounts.services import issue_api_key, register_confirmed_user
from core.accounts.values import BOTH_SCOPES, Scope
from core.limits.models import Bucket
from core.mail.models import UserMailbox
from tenants import registry
from tenants.context import tenant_scope
from tenants.credentials import key_prefix, token_prefixes
from tenants.files.links import new_token
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.mail.received import receive
from tests.mail.indeed import receipt

COLLEAGUE = "colleague@golden.test"
SEEKER = "seeker@golden.test"


class OperatorSide:
    """The tenant of one run, from the operator's side."""

    def __init__(self, tenant: CreatedTenant) -> None:
        self.tenant = tenant

    @property
    def client_fields(self) -> dict[str, str]:
        """Return the OAuth client's fields in the body of a log-in."""
        return {"client_id": self.tenant.client_id, "client_secret": self.tenant.client_secret}

    def key(
        self, *scopes: Scope, expires_in: timedelta | None = None, burst: int | None = None
    ) -> str:
        """Return a new key of the colleague."""
        with tenant_scope(self.tenant.ref) as tenant:
            return issue_api_key(
                _user(COLLEAGUE),
                prefix=key_prefix(tenant),
                scopes=scopes or BOTH_SCOPES,
                expires_in=expires_in,
                burst=burst,
                rate_per_second=1 if burst else None,
            ).key

    def spent_key(self) -> str:
        """Return a key whose bucket of one token is empty."""
        key = self.key(burst=1)
        with tenant_scope(self.tenant.ref):
            _empty_bucket_of(authenticate_api_key(key).credential_id)
        return key

    def token(
        self, *scopes: Scope, email: str = SEEKER, ended: bool = False, spent: bool = False
    ) -> str:
        """Return a new access token of a confirmed user; with `spent` its bucket is empty."""
        with tenant_scope(self.tenant.ref) as tenant:
            user = _user(email)
            client = Client.objects.get(client_id=self.tenant.client_id)
            token = issue_tokens(client, user=user, prefixes=token_prefixes(tenant)).access_token
            issued = AccessToken.objects.filter(user=user)
            if scopes:
                issued.update(scope=" ".join(scopes))
            if ended:
                issued.update(expires=timezone.now())
            if spent:
                _empty_bucket_of(f"oauth:{client.pk}:{user.uuid}")
            return token

    def owner_token(self, *, password: str) -> str:
        """Return a new access token of the tenant's owner, who gets that password."""
        with tenant_scope(self.tenant.ref):
            set_password(_user(self.tenant.owner_email), password=password)
        return self.token(email=self.tenant.owner_email)

    def receive_mail(self, email: str) -> None:
        """Give a user a receipt of a job board."""
        with tenant_scope(self.tenant.ref):
            receive(User.objects.get(email=email), receipt("Waiter", "Globex"))

    def link_dead_account(self, provider: str, *, email: str = SEEKER) -> None:
        """Link an account whose grant the provider no longer accepts."""
        with tenant_scope(self.tenant.ref):
            LinkedIdentity.objects.create(
                user=_user(email), provider=provider, subject="golden", grant=None
            )

    def connect_mailbox(self, email: str) -> int:
        """Connect a mailbox of a user, without a log-in at its server; return its id."""
        with tenant_scope(self.tenant.ref):
            mailbox = UserMailbox.objects.create(
                user=_user(email),
                plugin="imap",
                account="jane@mail.golden.test:993",
                address="jane@mail.golden.test",
                settings={
                    "host": "mail.golden.test",
                    "port": 993,
                    "username": "jane",
                    "folders": ["INBOX"],
                },
                failure="timeout",
                failed_at=timezone.now(),
                failed_mails=[{"id": "a.1.7", "reason": "empty", "at": timezone.now().isoformat()}],
            )
        return mailbox.id

    def confirmation_token(self, email: str, *, ended: bool = False) -> str:
        """Return the token in the mail that confirms the address."""
        sent_at = timezone.now() - (
            CONFIRMATION.life + timedelta(minutes=1) if ended else timedelta()
        )
        with tenant_scope(self.tenant.ref), time_machine.travel(sent_at, tick=False):
            return CONFIRMATION.make(_user(email))

    def reset_token(self, email: str) -> str:
        """Return the token in the mail with which the user chooses a new password."""
        with tenant_scope(self.tenant.ref):
            return f"{self.tenant.ref.slug}.{PASSWORD_RESET.make(_user(email))}"

    def old_file_link(self) -> str:
        """Return the path of an expired download."""
        long_ago = datetime(2019, 1, 1, tzinfo=UTC)
        return f"/v1/files/{new_token(self.tenant.ref, uuid4(), expires_at=long_ago)}"

    def suspend(self) -> None:
        """Suspend the tenant, with immediate effect in this process."""
        lifecycle.suspend_tenant(self.tenant.ref.slug)
        registry.forget_tenants()


def _user(email: str) -> User:
    return User.objects.filter(email=email).first() or register_confirmed_user(email)


def _empty_bucket_of(credential: str) -> None:
    # Filled "tomorrow": however slow this machine is, no token comes back in the meantime.
    tomorrow = timezone.now() + timedelta(days=1)
    Bucket.objects.create(credential=credential, tokens=0, leased=0, filled_at=tomorrow)

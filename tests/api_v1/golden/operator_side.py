"""What an operator does, and what time does, between two requests of a golden script."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.accounts.oauth.models import AccessToken, Client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.queries import authenticate_api_key
from core.accounts.services import issue_api_key, register_confirmed_user
from core.accounts.values import BOTH_SCOPES, Scope
from core.limits.models import Bucket
from tenants import registry
from tenants.context import tenant_scope
from tenants.credentials import key_prefix, token_prefixes
from tenants.files.links import new_token
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant

COLLEAGUE = "colleague@golden.test"
SEEKER = "seeker@golden.test"


class OperatorSide:
    """The tenant of one run, from the operator's side."""

    def __init__(self, tenant: CreatedTenant) -> None:
        self.tenant = tenant

    @property
    def client_fields(self) -> dict[str, str]:
        """Return what each log-in's body holds of the OAuth client."""
        return {"client_id": self.tenant.client_id, "client_secret": self.tenant.client_secret}

    def key(
        self, *scopes: Scope, expires_in: timedelta | None = None, burst: int | None = None
    ) -> str:
        """Return a new key of the colleague's."""
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
        """Return a key that may send one request at once, and has."""
        key = self.key(burst=1)
        with tenant_scope(self.tenant.ref):
            _empty_bucket_of(authenticate_api_key(key).credential_id)
        return key

    def token(
        self, *scopes: Scope, email: str = SEEKER, ended: bool = False, spent: bool = False
    ) -> str:
        """Return a new access token of a confirmed user, with its allowance spent where that is said."""
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

    def link_dead_account(self, provider: str, *, email: str = SEEKER) -> None:
        """Link an account whose grant has died since."""
        with tenant_scope(self.tenant.ref):
            LinkedIdentity.objects.create(
                user=_user(email), provider=provider, subject="golden", grant=None
            )

    def old_file_link(self) -> str:
        """Return the path of a download whose time is over."""
        long_ago = datetime(2019, 1, 1, tzinfo=UTC)
        return f"/v1/files/{new_token(self.tenant.ref, uuid4(), expires_at=long_ago)}"

    def suspend(self) -> None:
        """Suspend the tenant, and don't wait for the news."""
        lifecycle.suspend_tenant(self.tenant.ref.slug)
        registry.forget_tenants()


def _user(email: str) -> User:
    return User.objects.filter(email=email).first() or register_confirmed_user(email)


def _empty_bucket_of(credential: str) -> None:
    # Filled "tomorrow": however slow this machine is, no token comes back in the meantime.
    tomorrow = timezone.now() + timedelta(days=1)
    Bucket.objects.create(credential=credential, tokens=0, leased=0, filled_at=tomorrow)

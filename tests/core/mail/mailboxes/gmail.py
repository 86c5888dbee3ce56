"""Users with mailboxes at the stand-in for Gmail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone

from core.accounts.models import User
from core.mail.mailboxes.credentials import write_secrets
from core.mail.mailboxes.kinds import Secrets
from core.mail.models import UserMailbox
from core.mail.sync import sync_mail
from providers.conformance.mail_writer import Mail, write_mail
from providers.contracts import Grant
from tests.mail.indeed import receipt
from tests.standins.gmail.mailboxes import GmailAccount
from tests.standins.identity import IdentityStandin

SCOPE = "openid email https://www.googleapis.com/auth/gmail.readonly"
_PROVEN = "{0}; dkim=pass header.d={1}; dmarc=pass header.from={1}"


@dataclass
class GmailUser:
    """A user whose Gmail is connected."""

    standin: IdentityStandin
    user: User
    address: str
    token: str

    @property
    def account(self) -> GmailAccount:
        return self.standin.gmail.account(self.address)

    @property
    def mailbox(self) -> UserMailbox:
        """Return the row as it is now."""
        return UserMailbox.objects.get(user=self.user)

    @property
    def units(self) -> int:
        return self.standin.gmail.spent.get(self.address, 0)

    def deliver(self, *titles: str, company: str = "Acme") -> list[str]:
        """Deliver receipts for these jobs; return Gmail's ids."""
        return [self.deliver_mail(proven_mail(receipt(title, company), title)) for title in titles]

    def deliver_mail(self, raw: bytes) -> str:
        return self.standin.gmail.deliver(email=self.address, mail=raw)

    def make_due(self) -> None:
        UserMailbox.objects.filter(user=self.user).update(
            next_sync_at=timezone.now() - timedelta(seconds=1)
        )

    def sync(self) -> str:
        """Run the job that fetches what is due, after making the mailbox due."""
        self.make_due()
        return str(sync_mail.run(user_id=self.user.id))


def connect_gmail(
    standin: IdentityStandin, user: User, *, number: int = 1, refreshable: bool = True
) -> GmailUser:
    """Connect a mailbox at Gmail for the user, with a grant as a code's exchange gives it."""
    google, address = standin.google, f"user{number}@gmail.test"
    google.add_account(sub=f"s{number}", email=address)
    token = google.issue(sub=f"s{number}", client_id="ours", scope=SCOPE)
    grant = Grant(
        access_token=token,
        client_id="ours",
        scopes=frozenset(SCOPE.split()),
        expires_at=timezone.now() + timedelta(hours=1),
        refresh_token=google.tokens[token].refresh_token if refreshable else None,
    )
    UserMailbox.objects.create(
        user=user,
        plugin="gmail",
        account=f"s{number}",
        address=address,
        credentials=write_secrets(Secrets(grant=grant)),
        next_sync_at=timezone.now(),
    )
    return GmailUser(standin, user, address, token)


def proven_mail(
    mail: Mail, key: str, *, domain: str = "indeed.com", receiver: str = "mx.google.com"
) -> bytes:
    """Return the bytes of a mail as Gmail received it, with proof that the domain sent it, and an id of its own."""
    raw = write_mail(
        replace(mail, authentication=None, message_id=f"<{key.replace(' ', '.')}@indeed.test>")
    )
    return f"Authentication-Results: {_PROVEN.format(receiver, domain)}\r\n".encode() + raw

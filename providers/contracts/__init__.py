"""What a plugin may register. None means "not mine"; a `ProviderError` means "mine, and wrong".

This module also exports every value, context and error of `providers`, so that a plugin imports from one place.
"""

from providers.context import (
    Account,
    AuthContext,
    Connection,
    Connector,
    HttpAnswer,
    HttpClient,
    MailboxContext,
    MailSearch,
    MailServer,
    OAuthClient,
    PasswordCheck,
    ProviderSettings,
)
from providers.contracts.logins import AuthProvider, CodeLogin, ProfileAccess
from providers.contracts.mail_access import ImapAccess, ImapConsent, MailAccess, MailConsent
from providers.contracts.mail_sources import MailSource
from providers.contracts.mailboxes import Mailbox, MailboxLogin, MailboxOfAccount
from providers.errors import (
    ConnectFailure,
    CredentialsRefused,
    CursorExpired,
    HttpFailure,
    ProviderBroken,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
    WrongAudience,
)
from providers.kept_documents import KeptDocuments
from providers.messages import (
    Evidence,
    EvidencePlace,
    Fetched,
    FetchedMail,
    MailEvent,
    MailFolder,
    Message,
    Sender,
    Trust,
)
from providers.values import (
    CodeRequest,
    Credentials,
    Grant,
    Identity,
    MailGrant,
    PasswordCredentials,
    TokenCredentials,
)

__all__ = [
    "Account",
    "AuthContext",
    "AuthProvider",
    "CodeLogin",
    "CodeRequest",
    "ConnectFailure",
    "Connection",
    "Connector",
    "Credentials",
    "CredentialsRefused",
    "CursorExpired",
    "Evidence",
    "EvidencePlace",
    "Fetched",
    "FetchedMail",
    "Grant",
    "HttpAnswer",
    "HttpClient",
    "HttpFailure",
    "Identity",
    "ImapAccess",
    "ImapConsent",
    "KeptDocuments",
    "MailAccess",
    "MailConsent",
    "MailEvent",
    "MailFolder",
    "MailGrant",
    "MailSearch",
    "MailServer",
    "MailSource",
    "Mailbox",
    "MailboxContext",
    "MailboxLogin",
    "MailboxOfAccount",
    "Message",
    "OAuthClient",
    "PasswordCheck",
    "PasswordCredentials",
    "ProfileAccess",
    "ProviderBroken",
    "ProviderError",
    "ProviderMisconfigured",
    "ProviderSettings",
    "ProviderUnavailable",
    "ScopeMissing",
    "Sender",
    "TokenCredentials",
    "Trust",
    "WrongAudience",
]

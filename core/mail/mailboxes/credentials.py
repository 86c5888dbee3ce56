"""The stored credentials of mailboxes, encrypted."""

import json

from core.encryption import DecryptionFailed, decrypt, encrypt, reencrypt
from core.mail.mailboxes.kinds import Secrets
from core.mail.models import UserMailbox
from providers.values import Grant


def write_secrets(secrets: Secrets | None) -> bytes | None:
    """Return what is stored of secrets."""
    if secrets is None:
        return None
    grant = secrets.grant.model_dump_json() if secrets.grant is not None else None
    return encrypt(json.dumps({"grant": grant, "password": secrets.password}))


def read_secrets(stored: bytes | memoryview | None) -> Secrets | None:
    """Return the stored secrets; None where there are none, or no key decrypts them any more."""
    if stored is None:
        return None
    try:
        read = json.loads(decrypt(stored))
    except DecryptionFailed:
        return None
    grant = Grant.model_validate_json(read["grant"]) if read["grant"] else None
    return Secrets(grant=grant, password=read["password"])


def reencrypt_mailboxes() -> int:
    """Encrypt all credentials with the newest key, so that older keys can be removed; return the number of them."""
    mailboxes = UserMailbox.objects.exclude(credentials=None).only("credentials")
    for mailbox in mailboxes:
        assert mailbox.credentials is not None
        mailbox.credentials = reencrypt(mailbox.credentials)
        mailbox.save(update_fields=["credentials"])
    return len(mailboxes)

"""Inviting the owner of a tenant: a mail with a link to choose a password."""

from typing import Final

from core import outgoing_mail
from core.accounts.logins.mailed_tokens import PASSWORD_RESET
from core.accounts.models import User
from core.accounts.queries import get_owner_email, get_user_by_email
from core.jobs import enqueue, task
from tenants.audit import installation as audit
from tenants.context import current_tenant, tenant_scope
from tenants.registry import require_tenant
from tenants.tenant_links import console_url, tenant_url

_SUBJECT: Final = "Your account is ready"
_TEXT: Final = """Hello,

the account {name} is ready, and you are its owner. To choose a password, please open

{link}

within two hours. After that, ask for another link where you sign in: {home}
"""


def invite_owner(slug: str) -> str:
    """Send the tenant's owner a link to choose a password; return the address. Raises `NotFound`."""
    tenant = require_tenant(slug)
    with tenant_scope(tenant):
        owner = get_user_by_email(get_owner_email())
        # One mail at a time: a second click sends none.
        enqueue(send_owner_invitation, key=str(owner.uuid), user_uuid=owner.uuid)
        audit.record("tenant.invite_owner", tenant=slug, user=owner.uuid)
        return str(owner.email)


@task("operators.send_owner_invitation")
def send_owner_invitation(*, user_uuid: str) -> str | None:
    """Send the mail. The job creates the token itself, because operators can read the arguments of jobs."""
    owner = User.objects.filter(uuid=user_uuid, is_registered=True, is_active=True).first()
    if owner is None:
        return "no user with this address may log in"
    tenant = current_tenant()
    token = f"{tenant.slug}.{PASSWORD_RESET.make(owner)}"
    link = f"{tenant_url(tenant, '/reset-password')}?token={token}"
    text = _TEXT.format(name=tenant.name, link=link, home=console_url(tenant, "/sign-in"))
    outgoing_mail.deliver(to=owner.email, subject=_SUBJECT, text=text)
    return None

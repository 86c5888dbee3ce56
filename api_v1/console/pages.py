"""All pages of the console."""

from typing import Final

from api_v1.console import (
    account,
    applications,
    audit_log,
    clients,
    code_logins,
    export,
    invitations,
    keys,
    mail_domains,
    mailboxes,
    metrics,
    overview,
    people,
    pipeline,
    plugins,
    positions,
    sign_in,
    statuses,
)
from api_v1.console.page import Page

PAGES: Final[tuple[Page, ...]] = (
    *sign_in.PAGES,
    *code_logins.PAGES,
    *overview.PAGES,
    *people.PAGES,
    *keys.PAGES,
    *clients.PAGES,
    *positions.PAGES,
    *statuses.PAGES,
    *plugins.PAGES,
    *mail_domains.PAGES,
    *audit_log.PAGES,
    *export.PAGES,
    *invitations.PAGES,
    *pipeline.PAGES,
    *applications.PAGES,
    *metrics.PAGES,
    *mailboxes.PAGES,
    *account.PAGES,
)

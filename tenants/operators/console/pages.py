"""All pages of the operators' console."""

from typing import Final

from tenants.operators.console import (
    account,
    audit_log,
    clients,
    danger,
    domains,
    enrolment,
    home,
    jobs,
    keys,
    mail,
    onboarding,
    operators,
    overview,
    people,
    plugins,
    requests,
    tenant_list,
    tenant_settings,
)
from tenants.operators.console.page import Page

PAGES: Final[tuple[Page, ...]] = (
    home.PAGE,
    tenant_list.PAGE,
    onboarding.PAGE,
    requests.PAGE,
    overview.PAGE,
    people.PAGE,
    people.PERSON,
    keys.PAGE,
    keys.KEY,
    clients.PAGE,
    domains.PAGE,
    plugins.PAGE,
    plugins.PROVIDER,
    mail.PAGE,
    jobs.TENANT_PAGE,
    tenant_settings.PAGE,
    jobs.PAGE,
    operators.PAGE,
    operators.OPERATOR,
    danger.PAGE,
    audit_log.PAGE,
    audit_log.TENANT_PAGE,
    account.PAGE,
    enrolment.PAGE,
)

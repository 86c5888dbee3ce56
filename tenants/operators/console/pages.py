"""All pages of the operators' console."""

from typing import Final

from tenants.operators.console import (
    account,
    audit_log,
    enrolment,
    home,
    overview,
    tenant_list,
)
from tenants.operators.console.page import Page

PAGES: Final[tuple[Page, ...]] = (
    home.PAGE,
    tenant_list.PAGE,
    overview.PAGE,
    audit_log.PAGE,
    account.PAGE,
    enrolment.PAGE,
)

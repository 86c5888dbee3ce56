"""The verb `retention` of `manage.py tenant`: arguments and report."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from typing import Final

from core.mail.retention import DEFAULT_DAYS
from tenants.mail_retention import read_mail_days, set_mail_days
from tenants.management.base import Report, add_verb
from tenants.registry import require_tenant

_DEFAULT: Final = "default"


def add_to(verbs: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the verb, with the slug and the days."""
    what = "show how long a tenant keeps the text of mail; set it"
    verb = add_verb(verbs, "retention", perform, help=what)
    verb.add_argument("slug")
    verb.add_argument(
        "--mail-days",
        type=_read_days,
        metavar="DAYS",
        help=f"erase the text of stored mail after so many days ({DEFAULT_DAYS}), or {_DEFAULT}",
    )


def perform(given: Namespace) -> Report:
    """Set the days if they were given, and report them."""
    tenant = require_tenant(given.slug)
    if given.mail_days is not None:
        set_mail_days(tenant, None if given.mail_days == _DEFAULT else given.mail_days)
    chosen = read_mail_days(tenant)
    days = chosen or DEFAULT_DAYS
    return Report(
        {"slug": tenant.slug, "mailDays": days, "isDefault": chosen is None},
        f"The text of a mail of {tenant.slug} is erased {days} days after it was stored.",
    )


def _read_days(text: str) -> int | str:
    if text == _DEFAULT:
        return _DEFAULT
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no number of days, nor {_DEFAULT}") from None

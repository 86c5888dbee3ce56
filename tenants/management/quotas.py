"""The verb `quota` of `manage.py tenant`: arguments and report."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import Final

from core.quotas.values import QUOTAS
from tenants.management.base import Json, Report, table
from tenants.quotas.settings import read_quotas, recount_of, set_quotas
from tenants.registry import require_tenant

DEFAULT: Final = "default"
_UNITS: Final = {"": 1, "k": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_LIMIT: Final = re.compile(r"(\d{1,19})(?:([kMGT])B)?")


def read_limit(text: str) -> int | str:
    """Read a limit: an integer, also as `20GB` (1 GB is 1024**3 bytes), or `default`."""
    if text == DEFAULT:
        return DEFAULT
    found = _LIMIT.fullmatch(text)
    if found is None:
        raise ArgumentTypeError(f"{text} is no limit: write a number, 20GB, or {DEFAULT}")
    return int(found[1]) * _UNITS[found[2] or ""]


def add_limits(verb: ArgumentParser) -> None:
    """Add an argument for each quota, and one that counts again."""
    verb.add_argument(
        "--recount",
        action="store_true",
        help="count what the tenant has again; its writers wait meanwhile",
    )
    for name, quota in QUOTAS.items():
        verb.add_argument(
            f"--{name}",
            type=read_limit,
            metavar="LIMIT",
            help=f"at most this many {quota.counts} ({quota.default})",
        )


def perform(given: Namespace) -> Report:
    """Set the limits that were given, count again if asked to, and report all quotas."""
    tenant = require_tenant(given.slug)
    sent = {name: getattr(given, name) for name in QUOTAS}
    changed = {
        name: None if limit == DEFAULT else limit
        for name, limit in sent.items()
        if limit is not None
    }
    if changed:
        set_quotas(tenant, changed)
    if given.recount:
        recount_of(tenant)
    states = read_quotas(tenant)
    facts: dict[str, Json] = {
        name: {"limit": state.limit, "used": state.used, "isDefault": state.is_default}
        for name, state in states.items()
    }
    rows = [
        (name, state.used, state.limit, DEFAULT if state.is_default else "set", QUOTAS[name].counts)
        for name, state in states.items()
    ]
    return Report(
        {"slug": tenant.slug, "quotas": facts},
        table(("quota", "used", "limit", "", "counts"), rows),
    )

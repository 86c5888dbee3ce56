"""The quotas, and what each counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

QuotaName = Literal["storage", "positions", "candidates", "invitations", "jobs"]
GIGABYTE: Final = 1024**3
# What PostgreSQL's `bigint` holds.
MOST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota. `default`: the limit of tenants for which operators have set no other one."""

    default: int
    counts: str


QUOTAS: Final[Mapping[QuotaName, Quota]] = MappingProxyType(
    {
        "storage": Quota(10 * GIGABYTE, "bytes of attachments"),
        "positions": Quota(10_000, "positions, without deleted ones"),
        "candidates": Quota(20_000, "candidates of one position, without deleted ones"),
        "invitations": Quota(200, "users that invitations made within an hour"),
        "jobs": Quota(5_000, "jobs that wait in the queue"),
    }
)
if set(QUOTAS) != set(get_args(QuotaName)):
    raise TypeError("Every name of a quota needs a Quota")

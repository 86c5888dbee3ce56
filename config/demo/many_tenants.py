"""Sample tenants in any number, to see the operators' console at size: `manage.py demo --tenants N`.

Each is a tenant like any other, made from the template's batch, with users, positions, candidates and applications of
its own. Their requests of the last 90 days are made up.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Final

from django.db import connection, connections, transaction

from core.audit import Actor, acting_as
from tenants.context import public_scope, tenant_scope
from tenants.counters.measuring import measure
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning.deletion import schedule_deletion
from tenants.provisioning.lifecycle import create_tenant, suspend_tenant

THREADS: Final = 4
DAYS: Final = 90
_FIRST: Final = (
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Island", "Juniper",
    "Kestrel", "Lantern", "Meadow", "Northern", "Orchard", "Pebble", "Quarry", "River", "Summit",
    "Timber",
)  # fmt: skip
_SECOND: Final = (
    "Analytics", "Bakery", "Clinics", "Design", "Energy", "Foods", "Games", "Hotels", "Insurance",
    "Labs", "Logistics", "Media", "Motors", "Partners", "Robotics", "Software", "Textiles",
)  # fmt: skip
_TOWNS: Final = ("Amsterdam", "Berlin", "Lisbon", "Malmo", "Porto", "Turin", "Utrecht", "Vienna")
# Rows in bulk: `%s` are the number of rows, and who owns them.
_USERS: Final = """
    INSERT INTO accounts_user (uuid, email, password, first_name, last_name, is_active, is_staff,
                               is_superuser, is_registered, time_zone, date_joined)
    SELECT gen_random_uuid(), 'person' || n || '@' || %s || '.example', '!', '', '', true, false,
           false, true, 'UTC', now() - n * interval '1 day'
      FROM generate_series(1, %s) AS n
"""
_POSITIONS: Final = """
    INSERT INTO recruiting_position (id, title, location, status, created_by_id, created_at,
                                     updated_at)
    SELECT gen_random_uuid(), 'Position ' || n, %s, 'open', %s, at, at
      FROM generate_series(1, %s) AS n, LATERAL (SELECT now() - n * interval '9 hours') AS made (at)
"""
_CANDIDATES: Final = """
    INSERT INTO recruiting_candidate (id, position_id, name, stack, created_by_id, created_at,
                                      updated_at)
    SELECT gen_random_uuid(), p.id, 'Candidate ' || n, 'longlist', %s, p.created_at, p.created_at
      FROM recruiting_position p, generate_series(1, 3) AS n
"""
_APPLICATIONS: Final = """
    INSERT INTO jobsearch_application (user_id, status_id, job_title, company, apply_date, msg_id,
                                       source, is_rejected, created_at)
    SELECT (SELECT min(id) FROM accounts_user), (SELECT min(id) FROM jobsearch_status),
           'Position ' || n, 'Company ' || n %% 40, now() - n * interval '1 day', '', 'Indeed',
           n %% 5 = 0, now() - n * interval '1 day'
      FROM generate_series(1, %s) AS n
"""
# Fewer on Saturdays and Sundays, and a share of errors on some days.
_REQUESTS: Final = """
    INSERT INTO tenants_tenantday (tenant_id, day, requests, refused, errors)
    SELECT chosen.id, d.day::date, made.n, (made.n * random() * 0.04)::bigint,
           CASE WHEN random() < 0.05 THEN (made.n * random() * 0.02)::bigint ELSE 0 END
      FROM unnest(%s::uuid[], %s::bigint[]) AS chosen (id, usual),
           generate_series((now() AT TIME ZONE 'UTC')::date - %s + 1,
                           (now() AT TIME ZONE 'UTC')::date, '1 day') AS d (day),
           LATERAL (SELECT (chosen.usual * (0.6 + random() * 0.8)
                            * CASE WHEN extract(isodow FROM d.day) > 5 THEN 0.3 ELSE 1 END)::bigint
                   ) AS made (n)
    ON CONFLICT (tenant_id, day) DO UPDATE
       SET requests = excluded.requests, refused = excluded.refused, errors = excluded.errors
"""
_ACTIVITY: Final = """
    UPDATE tenants_tenantsize s SET last_active_at = chosen.at
      FROM unnest(%s::uuid[], %s::timestamptz[]) AS chosen (id, at) WHERE s.tenant_id = chosen.id
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One tenant to make. `requests`: how many it sends on a usual day."""

    slug: str
    name: str
    town: str
    is_sandbox: bool
    users: int
    positions: int
    applications: int
    requests: int
    fate: str


def make_tenants(number: int, *, note: Callable[[int], None] = lambda made: None) -> list[str]:
    """Create `number` more sample tenants; return their slugs. `note` is called with how many are made."""
    with public_scope():
        taken = set(Tenant.objects.values_list("slug", flat=True))
    samples = list(islice((one for one in _samples() if one.slug not in taken), number))
    with ThreadPoolExecutor(THREADS, thread_name_prefix="demo") as threads:
        for made, _ in enumerate(threads.map(_make, samples), start=1):
            note(made)
    invent_requests({sample.slug: sample.requests for sample in samples})
    return [sample.slug for sample in samples]


def _samples() -> Iterator[Sample]:
    for number in count():
        # The same tenants each time.
        chance = random.Random(number)  # noqa: S311 - no secret
        first, second = chance.choice(_FIRST), chance.choice(_SECOND)
        size = chance.lognormvariate(1.5, 1.0)
        yield Sample(
            slug=f"{first}-{second}-{number + 1}".lower(),
            name=f"{first} {second}",
            town=chance.choice(_TOWNS),
            is_sandbox=chance.random() < 0.1,
            users=1 + int(size),
            positions=int(size * 2),
            applications=int(size * 4),
            requests=int(size * 40),
            fate=chance.choices(("active", "suspended", "deleting"), (96, 3, 1))[0],
        )


def _make(sample: Sample) -> None:
    try:
        with owner_connection(), transaction.atomic(), acting_as(Actor("system", "demo")):
            created = create_tenant(
                sample.slug,
                name=sample.name,
                owner_email=f"owner@{sample.slug}.example",
                sandbox=sample.is_sandbox,
            )
            with tenant_scope(created.ref), connection.cursor() as cursor:
                cursor.execute(_USERS, [sample.slug, sample.users - 1])
                cursor.execute(_POSITIONS, [sample.town, created.owner_uuid, sample.positions])
                cursor.execute(_CANDIDATES, [created.owner_uuid])
                cursor.execute(_APPLICATIONS, [sample.applications])
                measure.run()
            if sample.fate == "suspended":
                suspend_tenant(sample.slug)
            elif sample.fate == "deleting":
                schedule_deletion(sample.slug)
    finally:
        connections.close_all()


def invent_requests(usual: Mapping[str, int]) -> None:
    """Make up the requests of the last days of tenants, by slug; `usual`: how many on a usual day."""
    chance = random.Random(len(usual))  # noqa: S311 - no secret
    with public_scope(), transaction.atomic(), connection.cursor() as cursor:
        tenants = Tenant.objects.filter(slug__in=list(usual)).order_by("slug")
        named = list(tenants.values_list("id", "slug"))
        ids = [tenant_id for tenant_id, _ in named]
        # The same figures each time.
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(_REQUESTS, [ids, [usual[slug] for _, slug in named], DAYS])
        now = datetime.now(UTC)
        at = [now - timedelta(minutes=int(chance.expovariate(1 / 600))) for _ in ids]
        cursor.execute(_ACTIVITY, [ids, at])

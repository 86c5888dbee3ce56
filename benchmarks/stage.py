"""The filled databases and the running servers that all measurements use."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from benchmarks import statements
from benchmarks.seed import SEEKERS, seed_product, seed_product_seeker
from benchmarks.servers import serving
from core.accounts.services import register_confirmed_user
from core.quotas.values import MOST, QUOTAS
from tenants.context import tenant_scope
from tenants.credentials import client_prefix, token_prefixes
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.quotas.settings import set_quotas
from tests.database import login_of, maintenance, session_database

SIZES = (20, 200)
_PLAIN = "happo_bench_plain"
PLAIN_KEY = "plain-key"
LOGIN, PASSWORD = "joesmith", "correct horse battery"


@dataclass(frozen=True, slots=True)
class Stage:
    """Ports of the product, the baseline and the raw limit (one for each size), and the data for requests."""

    product: int
    plain: int
    raw: dict[int, int]
    tenants: dict[int, CreatedTenant]
    candidate: str
    plain_candidate: str
    plain_create_seconds: list[float]
    # Access tokens of job seekers with so many applications, in the tenant of 20 positions.
    tokens: dict[int, str]
    oauth: tuple[str, str]

    def headers(self, size: int, *, version: str) -> dict[str, str]:
        """Return the headers for the product's tenant of that size."""
        return {
            "Authorization": f"Bearer {self.tenants[size].api_key}",
            "x-happo-api-version": version,
        }

    def plain_headers(self, size: int) -> dict[str, str]:
        """Return the headers for the baseline's tenant of that size."""
        return {"Authorization": f"Bearer {PLAIN_KEY}", "Host": f"plain{size}.test"}


@contextmanager
def stage() -> Iterator[Stage]:
    """Create and fill the databases, start the servers; stop and drop everything afterwards."""
    with ExitStack() as stack:
        stack.enter_context(session_database())
        # WhiteNoise warns at every start if this directory doesn't exist.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        tenants, candidates = {}, {}
        for size in SIZES:
            tenants[size] = lifecycle.create_tenant(
                f"bench{size}", name="Bench", owner_email="owner@bench.test"
            )
            # The benchmarks store more than a tenant may by default.
            set_quotas(tenants[size].ref, dict.fromkeys(QUOTAS, MOST))
            with owner_in(tenants[size]) as connection:
                candidates[size] = seed_product(
                    connection, owner=tenants[size].owner_uuid, positions=size
                )
        tokens, oauth = _seekers(tenants[20])
        plain = stack.enter_context(_plain_database())
        connections.close_all()
        owner = address(settings.OWNER_DATABASE)
        raw = {
            size: stack.enter_context(
                serving(
                    "benchmarks.raw:application",
                    environment={
                        "BENCHMARK_DATABASE_URL": owner,
                        "BENCHMARK_SCHEMA": tenant.ref.schema_name,
                        "BENCHMARK_STATEMENTS": json.dumps(statements.HAPPO | statements.JOBHAX),
                    },
                )
            )
            for size, tenant in tenants.items()
        }
        yield Stage(
            product=stack.enter_context(
                serving("config.wsgi:application", environment=product_environment())
            ),
            plain=stack.enter_context(
                serving(
                    "benchmarks.plain.wsgi:application",
                    environment={"BENCHMARK_DATABASE_URL": plain["address"]},
                )
            ),
            raw=raw,
            tenants=tenants,
            candidate=candidates[20],
            plain_candidate=plain["candidates"]["20"],
            plain_create_seconds=plain["create_seconds"],
            tokens=tokens,
            oauth=oauth,
        )


def _seekers(tenant: CreatedTenant) -> tuple[dict[int, str], tuple[str, str]]:
    """Create job seekers, and one with a password; return their tokens, and the client's id and secret."""
    from core.accounts.models import User
    from core.accounts.oauth.clients import issue_client
    from core.accounts.oauth.models import Client
    from core.accounts.oauth.tokens import issue_tokens

    with owner_in(tenant) as connection:
        for number in SEEKERS:
            seed_product_seeker(connection, email=f"seeker{number}@bench.test", number=number)
    with tenant_scope(tenant.ref):
        issued = issue_client("Benchmark", prefix=client_prefix(tenant.ref))
        client = Client.objects.get(client_id=issued.client_id)
        register_confirmed_user(f"{LOGIN}@bench.test", username=LOGIN, password=PASSWORD)
        tokens = {
            number: issue_tokens(
                client,
                user=User.objects.get(email=f"seeker{number}@bench.test"),
                prefixes=token_prefixes(tenant.ref),
            ).access_token
            for number in SEEKERS
        }
    return tokens, (issued.client_id, issued.client_secret)


def product_environment() -> dict[str, str]:
    """Return the environment of a product server on the database of this stage."""
    return {
        "DATABASE_URL": address(settings.DATABASES["default"]),
        "DATABASE_OWNER_URL": address(settings.OWNER_DATABASE),
        "SECRET_KEY": "only for the benchmark " * 3,
        "ALLOWED_HOSTS": "localhost",
        # Enabled, but never reached.
        "RATE_LIMIT_PER_SECOND": str(10**9),
        "RATE_LIMIT_BURST": str(10**9),
    }


def address(
    database: dict[str, Any], *, name: str | None = None
) -> str:  # Any: one of Django's DATABASES
    """Return the URL of one of Django's database entries."""
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return (
        f"postgresql://{user}@/{name or database['NAME']}?host={quote(database['HOST'], safe='')}"
    )


@contextmanager
def owner_in(tenant: CreatedTenant) -> Iterator[psycopg.Connection]:
    """Connect as the owner role, in the tenant's schema; update the statistics afterwards."""
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as connection:
        connection.execute(
            sql.SQL("SET search_path TO {}").format(sql.Identifier(tenant.ref.schema_name))
        )
        yield connection
        connection.execute("ANALYZE")


@contextmanager
def _plain_database() -> Iterator[
    dict[str, Any]
]:  # Any: what `benchmarks.plain.prepare` prints, and the address
    name = sql.Identifier(_PLAIN)
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    where = address(settings.OWNER_DATABASE, name=_PLAIN)
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.plain.prepare", *map(str, SIZES)]
    environment = {
        **os.environ,
        "BENCHMARK_DATABASE_URL": where,
        "DJANGO_SETTINGS_MODULE": "benchmarks.plain.settings",
    }
    try:
        printed = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout
        yield {"address": where, **json.loads(printed.splitlines()[-1])}
    finally:
        with maintenance() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

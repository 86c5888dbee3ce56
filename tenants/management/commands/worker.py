"""`manage.py worker`: runs the jobs of all tenants. Several may run, on every machine that shares the database.

With `--provisioning` it runs no jobs, and performs what the console asks for and only the owner's role can do.
"""

import asyncio
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenants.database.application_name import use_process_kind
from tenants.database.owner import forget_owner_login
from tenants.jobs.worker import work
from tenants.provisioning.worker import work as provision


class Command(BaseCommand):
    help = (
        "Run jobs until SIGTERM or Ctrl-C; running jobs finish first. "
        "Other workers take over the jobs of a killed one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="how many jobs at once (4)")
        parser.add_argument("--until-empty", action="store_true", help="end when no job is waiting")
        parser.add_argument(
            "--provisioning",
            action="store_true",
            help="create, reset, delete and migrate tenants for the console, instead of jobs; "
            "needs DATABASE_OWNER_URL",
        )
        parser.add_argument(
            "--heartbeat", type=float, default=5.0, help="seconds between heartbeats (5)"
        )
        parser.add_argument(
            "--stalled-after",
            type=float,
            default=20.0,
            help="seconds without a heartbeat until a worker counts as dead (20)",
        )

    def handle(
        self,
        *,
        concurrency: int,
        until_empty: bool,
        heartbeat: float,
        stalled_after: float,
        provisioning: bool = False,
        **options: object,
    ) -> None:
        if provisioning:
            _provision(concurrency=concurrency)
            return
        use_process_kind("worker")
        forget_owner_login()
        asyncio.run(
            work(
                concurrency=concurrency,
                heartbeat=heartbeat,
                stalled_after=stalled_after,
                until_empty=until_empty,
            )
        )


def _provision(*, concurrency: int) -> None:
    if settings.OWNER_DATABASE is None:
        raise CommandError("DATABASE_OWNER_URL is not set: the provisioning worker needs it")
    use_process_kind("provisioning")
    provision(concurrency=concurrency)

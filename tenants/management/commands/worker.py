"""`manage.py worker`: does the jobs of all tenants. As many as you like, on as many machines as share the database."""

import asyncio
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from tenants.jobs.worker import work


class Command(BaseCommand):
    help = "Do jobs until SIGTERM or Ctrl-C, which let those under way finish. A killed worker's jobs go to others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="how many jobs at once (4)")
        parser.add_argument(
            "--until-empty", action="store_true", help="end when nothing is waiting"
        )
        parser.add_argument(
            "--heartbeat", type=float, default=5.0, help="seconds between signs of life (5)"
        )
        parser.add_argument(
            "--stalled-after",
            type=float,
            default=20.0,
            help="seconds without one until a worker counts as dead (20)",
        )

    def handle(
        self,
        *,
        concurrency: int,
        until_empty: bool,
        heartbeat: float,
        stalled_after: float,
        **options: object,
    ) -> None:
        asyncio.run(
            work(
                concurrency=concurrency,
                heartbeat=heartbeat,
                stalled_after=stalled_after,
                until_empty=until_empty,
            )
        )

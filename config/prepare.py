"""Prepare the first request: start the database, migrate it, create the demo tenant."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connections

from config.demo.record import Demo, demo_slug
from config.demo.tenant import ensure_demo
from config.env import env
from config.startup_error import StartupError
from tenants.database.embedded.server import EmbeddedPostgresError
from tenants.database.hardening import harden_database, harden_embedded, missing_protection
from tenants.provisioning.migrating import MigrationReport, MigrationUnderWay, migrate_everything


def prepare() -> Demo | None:
    """Prepare everything; return the demo tenant if there is one. Raises `StartupError`."""
    try:
        with _exclusive_run():
            keep_database_running()
            if settings.EMBEDDED_POSTGRES is not None:
                harden_embedded(
                    settings.EMBEDDED_POSTGRES.admin_url,
                    database=settings.DATABASES["default"]["NAME"],
                )
            # Applications bring the static files, but WhiteNoise warns when this directory doesn't exist.
            settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
            if settings.OWNER_DATABASE is not None:
                _migrate()
            if settings.PRODUCTION:
                _warn_of_missing_protection()
                return None
            demo = ensure_demo(settings.HAPPO_DATA_DIR)
            if env.str("HAPPO_DEFAULT_TENANT", None) is None:
                # At the first start the settings were read before the demo tenant existed.
                settings.HAPPO_DEFAULT_TENANT = demo_slug(settings.HAPPO_DATA_DIR)
            return demo
    except OperationalError as error:
        raise StartupError(f"the database does not answer.\n{error}") from error
    finally:
        connections.close_all()


def keep_database_running() -> None:
    """Start the embedded server if this installation uses one and it isn't running; cheap when it is."""
    if settings.EMBEDDED_POSTGRES is None:
        return
    try:
        settings.EMBEDDED_POSTGRES.ensure_running()
    except EmbeddedPostgresError as error:
        raise StartupError(str(error)) from error


def _warn_of_missing_protection() -> None:
    if settings.OWNER_DATABASE is not None:
        harden_database()
    for sentence in missing_protection(connections["default"]):
        print(
            f"Warning: the database does not fully isolate tenants. {sentence}",
            flush=True,
        )


def _migrate() -> None:
    report = _migrate_in_turn()
    if report.failed:
        reasons = "".join(f"\n  {failure.slug}: {failure.error}" for failure in report.failed)
        raise StartupError(f"these tenants could not be migrated:{reasons}")
    if report.unknown:
        print("Newer code than this has migrated the database.", flush=True)
    if report.migrated:
        print(f"Migrated {len(report.migrated)} tenants.", flush=True)


def _migrate_in_turn() -> MigrationReport:
    """Migrate. When several machines start at once, the first one migrates and the others wait."""
    waiting = False
    while True:
        try:
            return migrate_everything()
        except MigrationUnderWay:
            if not waiting:
                print("Waiting for another process that is migrating this database.", flush=True)
            waiting = True
            time.sleep(1)


@contextmanager
def _exclusive_run() -> Iterator[None]:
    """Let one `make run` at a time prepare this data directory."""
    settings.HAPPO_DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.HAPPO_DATA_DIR / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

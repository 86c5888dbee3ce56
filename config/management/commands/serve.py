"""`manage.py serve`: the web server alone. Workers run beside it, and it goes on when one of them ends."""

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve both APIs, the documentation and the admin on PORT until SIGTERM or Ctrl-C."
    # The checks examine settings and models alone; `manage.py check` runs them.
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Serve; the database must be migrated by `manage.py migrate_tenants`."""
        from django.conf import settings

        from config.prepare import keep_database_running
        from config.run import check_port_is_free

        check_port_is_free(settings.HOST, settings.PORT, set_port="PORT")
        keep_database_running()
        # WhiteNoise warns when this directory doesn't exist; it looks when the application is imported.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        from config.programs import serve

        print(f"Happo serves on {settings.HOST}:{settings.PORT}.", flush=True)
        serve()

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "tenants.exports"
    label = "exports"

    def ready(self) -> None:
        # Importing the module declares its jobs.
        import tenants.exports.jobs  # noqa: F401

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "core.limits"
    # The label of its first release: tables and recorded migrations carry it.
    label = "traffic"

    def ready(self) -> None:
        # Importing the module declares its job.
        from core.limits import sweep  # noqa: F401

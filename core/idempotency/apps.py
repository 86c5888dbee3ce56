from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "core.idempotency"
    label = "idempotency"

    def ready(self) -> None:
        # Importing the module declares its job.
        from core.idempotency import sweep  # noqa: F401

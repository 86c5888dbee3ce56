from django.apps import AppConfig


class LoginsConfig(AppConfig):
    name = "core.accounts.logins"
    label = "logins"

    def ready(self) -> None:
        # Importing a module declares its job.
        import core.accounts.logins.confirmation
        import core.accounts.logins.sweep  # noqa: F401

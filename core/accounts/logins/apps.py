from django.apps import AppConfig


class LoginsConfig(AppConfig):
    name = "core.accounts.logins"
    label = "logins"

    def ready(self) -> None:
        # Importing the module declares its job.
        import core.accounts.logins.confirmation  # noqa: F401

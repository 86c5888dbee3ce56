from django.apps import AppConfig


class LoginsConfig(AppConfig):
    name = "core.accounts.logins"
    label = "logins"

    def ready(self) -> None:
        # Declares the jobs of this application.
        import core.accounts.logins.confirmation  # noqa: F401

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "core.mail"
    label = "mail"

    def ready(self) -> None:
        # Importing the module declares its job.
        from core.mail import sync  # noqa: F401

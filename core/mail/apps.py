from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "core.mail"
    label = "mail"

    def ready(self) -> None:
        # Declares the jobs of this application.
        from core.mail import sync  # noqa: F401

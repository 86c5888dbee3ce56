from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "core.mail"
    label = "mail"

    def ready(self) -> None:
        # Importing the modules declares their jobs.
        from core.mail import retention, retrying, sync, waiting  # noqa: F401
        from core.mail.mailboxes.earlier_access import connect_mailboxes

        connect_mailboxes()

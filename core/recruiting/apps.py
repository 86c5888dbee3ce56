from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    name = "core.recruiting"
    label = "recruiting"

    def ready(self) -> None:
        from core.recruiting.services.collaborators import listen_for_registrations
        from core.recruiting.services.joining import connect_placeholders

        listen_for_registrations()
        connect_placeholders()

from django.apps import AppConfig


class RecruitingConfig(AppConfig):
    name = "core.recruiting"
    label = "recruiting"

    def ready(self) -> None:
        from core.recruiting.services.collaborators import listen_for_registrations

        listen_for_registrations()

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "core.accounts.sessions"
    # Not `sessions`: Django's own application, which holds those of operators, is called that.
    label = "consolesessions"

    def ready(self) -> None:
        # Importing the module declares its job.
        import core.accounts.sessions.sweep  # noqa: F401
        from core.accounts.sessions.earlier_access import connect_sessions

        connect_sessions()

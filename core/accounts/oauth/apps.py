from django.apps import AppConfig
from django.core.checks.registry import registry


class OAuthConfig(AppConfig):
    name = "core.accounts.oauth"
    label = "oauth"

    def ready(self) -> None:
        from oauth2_provider.checks import validate_token_configuration

        # Importing the module declares its job.
        import core.accounts.oauth.sweep  # noqa: F401

        # The check calls the database router while no tenant is active, which raises. There is only one database.
        registry.registered_checks.discard(validate_token_configuration)

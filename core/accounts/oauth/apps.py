from django.apps import AppConfig
from django.core.checks.registry import registry


class OAuthConfig(AppConfig):
    name = "core.accounts.oauth"
    label = "oauth"

    def ready(self) -> None:
        # Declares the job of this application.
        # It asks the router for the token models' database where no tenant is active. There is only one database.
        from oauth2_provider.checks import validate_token_configuration

        import core.accounts.oauth.sweep  # noqa: F401

        registry.registered_checks.discard(validate_token_configuration)

from django.apps import AppConfig
from django.core.checks.registry import registry


class OAuthConfig(AppConfig):
    name = "core.accounts.oauth"
    label = "oauth"

    def ready(self) -> None:
        # It asks the router for the token models' database where no tenant is active. There is only one database.
        from oauth2_provider.checks import validate_token_configuration

        registry.registered_checks.discard(validate_token_configuration)

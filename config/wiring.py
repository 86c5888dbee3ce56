"""Fills the ports of the lower layers: who keeps jobs, who delivers mail, which plugins there are."""

from typing import Final

from django.apps import AppConfig
from django.conf import settings

SHIPPED_PLUGINS: Final = (
    "plugins.password",
    "plugins.google",
    "plugins.linkedin",
    "plugins.indeed",
    "plugins.hired",
    "plugins.vettery",
)


class WiringConfig(AppConfig):
    name = "config.wiring"
    label = "wiring"

    def ready(self) -> None:
        from core.jobs import use_queue
        from core.outgoing_mail import use_postman
        from core.plugins import use_plugins
        from plugins.wire.http_client import RequestsClient
        from providers.loading import load_registry
        from tenants.jobs import TenantQueue
        from tenants.mail import TenantPostman
        from tenants.plugins import TenantPlugins

        use_queue(TenantQueue())
        use_postman(TenantPostman())
        base_urls = {
            "google-oauth2": settings.GOOGLE_API_BASE,
            "linkedin-oauth2": settings.LINKEDIN_API_BASE,
        }
        use_plugins(TenantPlugins(load_registry(SHIPPED_PLUGINS), http=RequestsClient(), base_urls=base_urls))

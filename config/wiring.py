"""Sets the ports of the lower layers: HTTP client, connector, DNS, job queue, mailer and plugins."""

import logging
from typing import Final

from django.apps import AppConfig
from django.conf import settings

log = logging.getLogger("happo.plugins")

SHIPPED_PLUGINS: Final = (
    "plugins.password",
    "plugins.google",
    "plugins.gmail",
    "plugins.linkedin",
    "plugins.oidc",
    "plugins.microsoft",
    "plugins.imap",
    "plugins.indeed",
    "plugins.hired",
    "plugins.vettery",
    "plugins.ashby",
    "plugins.greenhouse",
    "plugins.icims",
    "plugins.jobvite",
    "plugins.lever",
    "plugins.smartrecruiters",
    "plugins.workable",
    "plugins.workday",
)


class WiringConfig(AppConfig):
    # The package, so that Django finds its commands.
    name = "config"
    label = "wiring"

    def ready(self) -> None:
        _reach_other_servers()
        _work_for_tenants()
        _take_forwarded_mail()
        _use_plugins()


# What these import needs loaded models, and Django imports this module before.


def _reach_other_servers() -> None:
    from config.network.connector import OutsideConnector
    from config.network.dns_client import DirectDns, DnsClient
    from config.network.http_client import MAILBOX_LIMITS, RequestsClient
    from core.connecting import use_connector
    from core.dns import use_dns
    from core.http import use_http_client

    use_http_client(
        RequestsClient(),
        for_mailboxes=RequestsClient(limits=MAILBOX_LIMITS, keeps_connections=True),
        for_named_servers=RequestsClient(allowed=settings.OIDC_ALLOWED_NETWORKS),
    )
    use_connector(OutsideConnector(allowed=settings.IMAP_ALLOWED_NETWORKS))
    use_dns(DnsClient(), records=DirectDns())


def _work_for_tenants() -> None:
    from core.audit import use_audit_log
    from core.jobs import use_queue
    from core.mail.retention import use_retention
    from core.outgoing_mail import use_mailer
    from tenants.audit.writing import TenantAuditLog
    from tenants.jobs.queue import TenantQueue
    from tenants.mail import TenantMailer
    from tenants.mail_retention import TenantRetention

    use_queue(TenantQueue())
    use_audit_log(TenantAuditLog())
    use_mailer(TenantMailer())
    use_retention(TenantRetention())


def _take_forwarded_mail() -> None:
    from core.mail.inbound.forwarding import connect_forwarding
    from core.mail.inbound.setup import InboundSetup, use_inbound
    from core.mail.mailboxes.kinds import use_own_kind
    from core.mail.origins import FORWARD
    from tenants.context import current_tenant

    setup = InboundSetup(
        domain=settings.INBOUND_DOMAIN,
        authserv_id=settings.INBOUND_AUTHSERV_ID,
        tenant_part=lambda: current_tenant().slug,
    )
    use_inbound(setup)
    use_own_kind(FORWARD, connect_forwarding)


def _use_plugins() -> None:
    from core.mail.reading import DirectSourceReader, use_source_reader
    from core.plugins import use_plugins
    from providers.isolation.processes import SourceProcesses
    from providers.loading import find_unknown, load_registry
    from tenants.plugins import TenantPlugins, ask_for_owner_in_tenant

    if unknown := find_unknown(settings.PLUGINS_OFF, SHIPPED_PLUGINS):
        log.warning("PLUGINS_OFF: there is no plugin %s", " or ".join(unknown))
    registry = load_registry(SHIPPED_PLUGINS, without=settings.PLUGINS_OFF)
    base_urls = {
        "google-oauth2": settings.GOOGLE_API_BASE,
        "gmail": settings.GOOGLE_API_BASE,
        "linkedin-oauth2": settings.LINKEDIN_API_BASE,
        "microsoft-oauth2": settings.MICROSOFT_API_BASE,
    }
    use_plugins(TenantPlugins(registry, base_urls=base_urls))
    if settings.PRODUCTION:
        processes = SourceProcesses(SHIPPED_PLUGINS, without=settings.PLUGINS_OFF)
        use_source_reader(DirectSourceReader(ask_for_owner_in_tenant(processes.ask_for)))

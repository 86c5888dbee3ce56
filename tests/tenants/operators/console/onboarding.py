"""The form that takes a tenant in, as a browser sends it, and what follows it."""

import re

from plugins.oidc.options import MAX_ISSUER_CHARACTERS
from tenants.operators.console.onboarding_form import OnboardingForm

FORM = "/admin/onboarding/"
# As long as the plugin takes one.
LONG_ISSUER = f"https://id.acme.example/{'r' * (MAX_ISSUER_CHARACTERS - 24)}"


def fields(slug: str, **more: str | None) -> dict[str, str]:
    """Return what a browser sends of the form, with all plugins on."""
    given = {
        "action": "create",
        "name": "Acme",
        "slug": slug,
        "owner_email": f"owner@{slug}.test",
        "kind": "live",
        "domain": "",
        **{switch.name: "on" for switch in OnboardingForm().plugin_fields()},
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that takes the credentials."""
    form = page[page.index('id="take"') :]
    return dict(re.findall(r'name="(action|id|key)" value="([^"]+)"', form))

"""The plugins that the tenant uses, of those that an operator allows it."""

from typing import Final

from django.http import HttpResponse

from api_v1.console.page import Action, ConsoleRequest, Page, draw
from core.errors import NotFound
from core.plugins import installed_plugins
from tenants.plugins import PLUGIN_KINDS, list_plugin_states, switch_own_plugin


def show_plugins(request: ConsoleRequest) -> HttpResponse:
    """List the plugins with what they are for, and whether they are on."""
    states = list_plugin_states(request.tenant, known=installed_plugins())
    return draw(request, "plugins.html", title="Plugins", states=states)


def switch(request: ConsoleRequest) -> str:
    """Switch one kind of a plugin on or off."""
    name, kind = request.POST.get("plugin", ""), request.POST.get("kind", "")
    if kind not in PLUGIN_KINDS:
        raise NotFound("plugin", name)
    on = request.POST.get("on") == "yes"
    switch_own_plugin(request.tenant, name, kind, on=on, known=installed_plugins())
    return f"{name} is {'on' if on else 'off'}, everywhere within 5 s."


PAGES: Final = (
    Page("plugins", "admin/plugins/", "staff", show_plugins, {"switch": Action(switch)}),
)

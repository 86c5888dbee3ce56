from __future__ import annotations

import pytest

from providers.loading import load_registry
from providers.registry import Registry

SHIPPED = ("plugins.password", "plugins.google", "plugins.linkedin", "plugins.oidc")


@pytest.fixture
def registry() -> Registry:
    return load_registry(SHIPPED, installed=False)


def test_the_shipped_plugins_load_together(registry: Registry) -> None:
    assert [plugin.name for plugin in registry.plugins] == [
        "password",
        "google",
        "linkedin",
        "oidc",
    ]


@pytest.mark.parametrize(
    ("provider", "plugin"),
    [
        ("password", "password"),
        ("google-oauth2", "google"),
        ("linkedin-oauth2", "linkedin"),
        ("oidc", "oidc"),
    ],
)
def test_providers_have_the_names_that_clients_send(
    registry: Registry, provider: str, plugin: str
) -> None:
    found = registry.auth_provider(provider)
    assert found is not None
    registered_by = registry.plugin_of(found)
    assert registered_by is not None
    assert registered_by.name == plugin


def test_a_tenant_can_do_without_one(registry: Registry) -> None:
    view = registry.without({("linkedin", "login")})
    assert view.auth_provider("linkedin-oauth2") is None
    assert view.auth_provider("google-oauth2") is not None

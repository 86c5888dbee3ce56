"""The table of switches: one per tenant, plugin and kind."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotFound
from providers.registry import Registry
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import PluginSwitch
from tenants.plugins import TenantPlugins, forget_plugins, switch_plugin
from tests.providers.fakes import FakeAuth, FakeSource
from tests.providers.test_registry import load


@pytest.fixture
def known() -> Registry:
    return load(
        board={
            "register_auth_providers": [FakeAuth("board-login")],
            "register_mail_sources": [FakeSource("board", "board.test")],
        },
        other={"register_auth_providers": [FakeAuth("other-login")]},
    )


def seen_by(tenant: TenantRef, known: Registry) -> tuple[list[str], list[str]]:
    forget_plugins()
    with tenant_scope(tenant):
        registry = TenantPlugins(known, base_urls={}).registry()
    return (
        [provider.name for provider in registry.auth_providers],
        [source.name for source in registry.mail_sources],
    )


def test_without_a_kind_both_are_switched(acme: TenantRef, known: Registry) -> None:
    switch_plugin(acme, "board", on=False, known=known)
    assert seen_by(acme, known) == (["other-login"], [])
    switch_plugin(acme, "board", on=True, known=known)
    assert seen_by(acme, known) == (["board-login", "other-login"], ["board"])


def test_one_kind_is_switched_alone_and_back(acme: TenantRef, known: Registry) -> None:
    switch_plugin(acme, "board", on=False, known=known, kinds=["mail"])
    assert seen_by(acme, known) == (["board-login", "other-login"], [])
    switch_plugin(acme, "board", on=True, known=known, kinds=["mail"])
    switch_plugin(acme, "board", on=False, known=known, kinds=["login"])
    assert seen_by(acme, known) == (["other-login"], ["board"])


def test_what_a_plugin_lacks_is_not_switched(acme: TenantRef, known: Registry) -> None:
    for name, kind in (("other", "mail"), ("nonsense", "login")):
        with pytest.raises(NotFound):
            switch_plugin(acme, name, on=False, known=known, kinds=[kind])
    with public_scope():
        assert not PluginSwitch.objects.exists()


def test_the_database_refuses_an_unknown_kind_and_a_second_switch(acme: TenantRef) -> None:
    def add(kind: str) -> None:
        with public_scope(), transaction.atomic():
            PluginSwitch.objects.create(tenant_id=acme.id, plugin="board", kind=kind, is_on=False)

    add("mail")
    for kind in ("mail", "fetch", ""):
        with pytest.raises(IntegrityError):
            add(kind)

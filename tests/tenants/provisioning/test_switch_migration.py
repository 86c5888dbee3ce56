"""The migration that makes two switches, for log-ins and for mail, of one for all of a plugin."""

from __future__ import annotations

from django.db.migrations.executor import MigrationExecutor

from tenants.database.owner import owner_connection
from tenants.models import PluginSwitch, Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.public_schema import migrate_public


def test_a_switch_of_a_whole_plugin_becomes_one_for_each_kind(own_database: str) -> None:
    slug = lifecycle.create_tenant("switcher", name="S", owner_email="o@s.test").ref.slug
    with owner_connection() as owner:
        tenant = Tenant.objects.get(slug=slug)
        PluginSwitch.objects.create(tenant=tenant, plugin="linkedin", kind="login", is_on=False)
        MigrationExecutor(owner).migrate([("tenants", "0002_operator_attempts")])
        with owner.cursor() as cursor:
            cursor.execute("SELECT plugin, is_on FROM tenants_pluginswitch")
            assert cursor.fetchall() == [("linkedin", False)]
    migrate_public()
    with owner_connection():
        switches = PluginSwitch.objects.filter(tenant=tenant).values_list("plugin", "kind", "is_on")
        assert sorted(switches) == [("linkedin", "login", False), ("linkedin", "mail", False)]
    lifecycle.delete_tenant(slug)

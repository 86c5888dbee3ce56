"""The migrations of `public`: those of tenants alone are recorded there, and change nothing."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.provisioning.public_schema import is_for_tenants_alone


def test_none_depends_on_one_of_tenants_alone() -> None:
    graph = MigrationLoader(None).graph
    alone = {node for node, one in graph.nodes.items() if is_for_tenants_alone(one)}
    assert alone
    for node in graph.nodes.keys() - alone:
        assert not alone.intersection(graph.forwards_plan(node)), node


def test_all_are_recorded_and_only_shared_tables_are_made(db: None) -> None:
    recorded = MigrationRecorder(connection).applied_migrations()
    assert recorded.keys() == MigrationLoader(None).graph.nodes.keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('public.tenants_tenant') IS NOT NULL,"
            " to_regclass('public.mail_storedmessage') IS NULL"
        )
        assert cursor.fetchone() == (True, True)


def test_django_knows_the_models_of_all(db: None) -> None:
    known = set(ContentType.objects.values_list("app_label", "model"))
    assert {("tenants", "tenant"), ("mail", "storedmessage"), ("recruiting", "position")} <= known

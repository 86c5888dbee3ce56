"""The rules hold everywhere, and each of them notices when it is broken."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import borders, size_and_names
from tests.architecture.source import Source, Violation, python_sources

Rule = Callable[[Source], Iterator[Violation]]
RULES: tuple[Rule, ...] = (
    size_and_names.files_are_short,
    size_and_names.functions_are_short,
    size_and_names.names_say_something,
    size_and_names.nothing_is_left_undone,
    size_and_names.everything_is_annotated,
    size_and_names.any_has_a_reason,
    borders.only_tenant_scope_changes_the_tenant,
    borders.scopes_do_not_span_a_yield,
    borders.only_tenants_uses_the_drivers_connection,
    borders.only_config_reads_the_environment,
    borders.routes_know_no_orm,
    borders.the_domain_knows_no_http,
    borders.the_domain_knows_no_json_keys,
    borders.versions_differ_in_change_classes_alone,
)

# rule, path, text that breaks it
BROKEN: tuple[tuple[Rule, str, str], ...] = (
    (size_and_names.files_are_short, "core/a.py", "x = 1\n" * 351),
    (size_and_names.functions_are_short, "core/a.py", "def f():\n" + "    x = 1\n" * 60),
    (size_and_names.names_say_something, "core/utils.py", ""),
    (size_and_names.names_say_something, "core/a.py", "class TenantManager: ..."),
    (size_and_names.names_say_something, "core/a.py", "def process(): ..."),
    (size_and_names.names_say_something, "core/a.py", "def mail_helper(): ..."),
    (size_and_names.nothing_is_left_undone, "core/a.py", "# TODO: later"),
    (size_and_names.everything_is_annotated, "core/a.py", "def f(a) -> None: ..."),
    (size_and_names.everything_is_annotated, "core/a.py", "def f(**a) -> None: ..."),
    (size_and_names.everything_is_annotated, "core/a.py", "class A:\n    def f(self): ..."),
    (size_and_names.any_has_a_reason, "core/a.py", "def f(a: dict[str, Any]) -> None: ..."),
    (
        size_and_names.any_has_a_reason,
        "core/a.py",
        "def f() -> Any:\n    x = 1\n    return x  # Any",
    ),
    (size_and_names.any_has_a_reason, "core/a.py", "x: Any = 1"),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "with tenant: ..."),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "with self.tenant: ..."),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "tenant.activate()"),
    (
        borders.only_tenant_scope_changes_the_tenant,
        "core/a.py",
        "from django_tenants.utils import schema_context",
    ),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "connection.set_tenant(tenant)"),
    (
        borders.scopes_do_not_span_a_yield,
        "core/a.py",
        "def f(t):\n    with tenant_scope(t):\n        for row in rows:\n            yield row",
    ),
    (
        borders.only_tenants_uses_the_drivers_connection,
        "core/a.py",
        "connection.connection.execute('x')",
    ),
    (borders.only_config_reads_the_environment, "core/a.py", "import os\nos.environ['A']"),
    (borders.only_config_reads_the_environment, "tenants/a.py", "from os import getenv"),
    (borders.routes_know_no_orm, "api_v1/a.py", "Position.objects.all()"),
    (borders.routes_know_no_orm, "api_v1/a.py", "from django.db.models import F"),
    (borders.routes_know_no_orm, "api_v1/a.py", "position.save()"),
    (borders.routes_know_no_orm, "api_v1/a.py", "with connection.cursor() as cursor: ..."),
    (borders.the_domain_knows_no_http, "core/a.py", "from django.http import HttpRequest"),
    (borders.the_domain_knows_no_http, "core/a.py", "raise Refused(status_code=403)"),
    (borders.the_domain_knows_no_json_keys, "core/recruiting/a.py", "KEY = 'attachmentIds[0]'"),
    (borders.the_domain_knows_no_json_keys, "core/recruiting/a.py", "SQL = f',\"adLink\":{x}'"),
    (borders.versions_differ_in_change_classes_alone, "api_v1/a.py", "if version == OLDEST: ..."),
    (
        borders.versions_differ_in_change_classes_alone,
        "api_v1/a.py",
        "if request.version < HEAD: ...",
    ),
    (borders.versions_differ_in_change_classes_alone, "core/a.py", "x = name == 'v20180701'"),
)
KEPT: tuple[tuple[Rule, str, str], ...] = (
    (
        size_and_names.any_has_a_reason,
        "core/a.py",
        "def f(a: Any) -> None:  # Any: as in Django\n    ...",
    ),
    (size_and_names.any_has_a_reason, "core/a.py", "# Any: a JSON value\nx: Any = 1"),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "with tenant_scope(tenant): ..."),
    (borders.only_tenant_scope_changes_the_tenant, "core/a.py", "timezone.activate(zone)"),
    (
        borders.scopes_do_not_span_a_yield,
        "core/a.py",
        "@contextmanager\ndef f(t):\n    with tenant_scope(t):\n        yield",
    ),
    (borders.only_config_reads_the_environment, "config/env.py", "os.environ['A']"),
    (borders.only_config_reads_the_environment, "api_v1/a.py", "request.environ['wsgi.input']"),
    (borders.routes_know_no_orm, "api_v1/a.py", "query.cursor"),
    (borders.the_domain_knows_no_json_keys, "core/recruiting/a.py", "def f():\n    'As fileName.'"),
    (borders.the_domain_knows_no_json_keys, "core/recruiting/a.py", "KEY = 'attachment_ids[0]'"),
    (borders.versions_differ_in_change_classes_alone, "core/a.py", "uuid.version == 7"),
)


def named(rule: Rule) -> str:
    return rule.__name__


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    # The rules' own examples break them.
    return [
        source for source in python_sources() if not source.path.startswith("tests/architecture/")
    ]


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_rule_holds(rule: Rule, sources: list[Source]) -> None:
    assert len(sources) > 50
    assert [str(violation) for source in sources for violation in rule(source)] == []


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_the_rule_notices(rule: Rule, path: str, text: str) -> None:
    assert [violation.path for violation in rule(Source(path, text))] != []


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_the_rule_accepts(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []


def test_every_rule_has_an_example_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)

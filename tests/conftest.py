"""Fixtures for every test: a database with the real roles, and two tenants in it."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from whitenoise.middleware import WhiteNoiseMiddleware

from config.loading import end_loading
from tenants import registry, routing
from tenants.context import TenantRef, tenant_scope
from tenants.origins import forget_origins
from tenants.plugins import forget_plugins
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.slow_requests import ThreadShare
from tests.caches import clear_caller_caches
from tests.database import (
    copied_database,
    database_of_another_session,
    migrated_database,
)
from tests.made_tenants import made_tenant
from tests.password_hashing import hash_quickly


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", help="use this one of another session, don't make one")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that start processes: they take longest, and would keep one worker busy at the end."""
    long = {item.path for item in items if item.get_closest_marker("server")}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Keep the garbage collector from all that was imported and collected: it would go through it again and again."""
    gc.collect()
    end_loading()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def storage_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep uploaded files out of the data directory, and need none of its folders."""
    root = tmp_path_factory.mktemp("files")
    before = settings.MEDIA_ROOT, settings.STATIC_ROOT
    settings.MEDIA_ROOT, settings.STATIC_ROOT = str(root), tmp_path_factory.mktemp("static")
    yield root
    settings.MEDIA_ROOT, settings.STATIC_ROOT = before


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    hash_quickly()


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Look for static files once, as a server does: each test client creates all middleware, and this takes 50 ms."""
    find, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def remember(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            find(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remember)
        yield


@pytest.fixture(scope="session", autouse=True)
def room_for_the_threads_of_a_test() -> Iterator[None]:
    """Let a test send requests of one tenant from many threads: on a busy machine they may all take a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing, "THREAD_SHARE", ThreadShare(256))
        yield


@pytest.fixture(scope="session")
def migrated(
    django_db_blocker: pytest.FixtureRequest, storage_of_the_session: Path
) -> Iterator[str]:
    """The name of a database without tenants, which all databases of the session are copies of."""
    with django_db_blocker.unblock(), migrated_database() as name:
        yield name


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_blocker: pytest.FixtureRequest,
    storage_of_the_session: Path,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """Replace pytest-django's own: our databases are made by the owner, and have tenants."""
    made: str | None = request.config.getoption("--database")
    with (
        django_db_blocker.unblock(),
        database_of_another_session(made)
        if made
        else copied_database(request.getfixturevalue("migrated")),
    ):
        yield


@pytest.fixture(scope="session")
def created_acme(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> CreatedTenant:
    with django_db_blocker.unblock():
        return lifecycle.create_tenant("acme", name="Acme", owner_email="olga@acme.test")


@pytest.fixture(scope="session")
def created_globex(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> CreatedTenant:
    with django_db_blocker.unblock():
        return lifecycle.create_tenant("globex", name="Globex", owner_email="otto@globex.test")


@pytest.fixture
def acme(created_acme: CreatedTenant, db: None) -> Iterator[TenantRef]:
    """The tenant most tests work in; its scope is open for the whole test, and all is rolled back after it."""
    with tenant_scope(created_acme.ref) as tenant:
        yield tenant


@pytest.fixture
def globex(created_globex: CreatedTenant, db: None) -> TenantRef:
    """The other tenant. Its scope is not open: `with tenant_scope(globex): ...`."""
    return created_globex.ref


@pytest.fixture
def autocommit(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The database as requests have it, on a connection of this test alone. A test that writes cleans up."""
    with django_db_blocker.unblock():
        connections.close_all()
        yield
        connections.close_all()


@pytest.fixture
def committed_tenant(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant of this test alone, without a transaction round the test: for threads, processes and crashes."""
    with django_db_blocker.unblock(), made_tenant("Of one test") as created:
        yield created


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """Empty the caches: the rollback after a test makes their values wrong."""
    yield
    registry.forget_tenants()
    forget_plugins()
    forget_origins()
    clear_caller_caches()

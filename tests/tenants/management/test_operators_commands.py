"""The operators' commands: with --json one object on standard output; errors elsewhere, with the right status."""

import io
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections
from pytest_django import Settings

from core.accounts.models import ApiKey, User
from core.accounts.queries import authenticate_api_key
from core.errors import Unauthenticated
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.forking.processes import run_fork


@pytest.fixture(autouse=True)
def _autocommit(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        connections.close_all()


def run(*arguments: str) -> Any:  # Any: what JSON holds
    """Return the object that a command prints; it prints nothing else."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def slug() -> Iterator[str]:
    slug = f"c{secrets.token_hex(4)}"
    yield slug
    if Tenant.objects.filter(slug=slug).exists():
        lifecycle.delete_tenant(slug)


def test_a_tenant_is_created_and_printed(slug: str) -> None:
    made = run("tenant", "create", slug, "--name", "Acme", "--owner-email", "Olga@Acme.test")
    assert (made["slug"], made["host"]) == (slug, f"{slug}.localhost")
    assert made["schema"].startswith("t_")
    assert made["apiKey"].startswith(f"hpk_live_{slug}_")
    assert set(made["oauth"]) == {"clientId", "clientSecret"}
    assert made["owner"]["email"] == "olga@acme.test"
    with tenant_scope(Tenant.objects.get(slug=slug).ref()):
        assert authenticate_api_key(made["apiKey"]).user_uuid == UUID(made["owner"]["userId"])


def test_a_sandbox_has_keys_of_a_separate_kind(slug: str) -> None:
    made = run(
        "tenant",
        "create",
        slug,
        "--name",
        "N",
        "--owner-email",
        "n@n.test",
        "--sandbox",
        "--domain",
        f"{slug}.test",
    )
    assert made["apiKey"].startswith(f"hpk_test_{slug}_")
    assert made["host"] == f"{slug}.test"
    again = run("tenant", "reset", slug, "--yes")
    assert again["schema"] == made["schema"]
    assert again["apiKey"] != made["apiKey"]


def test_the_list_has_every_tenant(committed_tenant: CreatedTenant) -> None:
    listed = {tenant["slug"]: tenant for tenant in run("tenant", "list")["tenants"]}
    tenant = listed[committed_tenant.ref.slug]
    assert (tenant["status"], tenant["sandbox"], tenant["host"]) == (
        "active",
        False,
        committed_tenant.host,
    )


def test_a_tenant_is_suspended_and_resumed(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    assert run("tenant", "suspend", slug) == {"slug": slug, "status": "suspended"}
    assert run("tenant", "suspend", slug) == {"slug": slug, "status": "suspended"}
    assert run("tenant", "resume", slug) == {"slug": slug, "status": "active"}


def test_deleting_asks_for_the_slug_again(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("tenant", "create", slug, "--name", "N", "--owner-email", "n@n.test")
    for answer in ("", "yes\n", f"{slug}x\n"):
        say(monkeypatch, answer)
        with pytest.raises(CommandError, match="nothing was changed"):
            run("tenant", "delete", slug)
    assert Tenant.objects.filter(slug=slug).exists()
    say(monkeypatch, f"{slug}\n")
    assert run("tenant", "delete", slug) == {"slug": slug, "deleted": True}
    assert not Tenant.objects.filter(slug=slug).exists()


def test_a_key_is_what_was_asked_for(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    wanted = (
        "--scopes",
        "read",
        "--expires",
        "3",
        "--pin",
        "v20180701",
        "--rate",
        "7",
        "--burst",
        "9",
    )
    made = run("apikey", "create", "--tenant", slug, "--email", "owner@one.test", *wanted)
    assert set(made) == {"id", "apiKey"}
    with tenant_scope(committed_tenant.ref):
        caller = authenticate_api_key(made["apiKey"])
    assert (caller.can_read, caller.can_write, caller.pinned_version) == (True, False, "v20180701")
    assert (caller.rate_per_second, caller.burst) == (7, 9)
    assert caller.expires_at is not None
    assert abs(caller.expires_at - datetime.now(UTC) - timedelta(days=3)) < timedelta(minutes=1)


def test_a_key_gets_other_limits_and_the_default_ones_again(
    committed_tenant: CreatedTenant,
) -> None:
    slug = committed_tenant.ref.slug

    def limits() -> tuple[int, int]:
        with tenant_scope(committed_tenant.ref):
            caller = authenticate_api_key(committed_tenant.api_key)
        return caller.rate_per_second, caller.burst

    usual = limits()
    (key,) = run("apikey", "list", "--tenant", slug)["apiKeys"]
    limited = run("apikey", "limit", key["id"], "--tenant", slug, "--rate", "7", "--burst", "9")
    assert limited == {"id": key["id"], "rate": 7, "burst": 9}
    assert limits() == (7, 9)
    assert run("apikey", "limit", key["id"], "--tenant", slug) == {
        "id": key["id"],
        "rate": None,
        "burst": None,
    }
    assert limits() == usual


def test_keys_are_listed_and_revoked(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    (key,) = run("apikey", "list", "--tenant", slug)["apiKeys"]
    assert (key["email"], key["scopes"], key["revokedAt"]) == ("owner@one.test", "read,write", None)
    for _ in range(2):
        assert run("apikey", "revoke", key["id"], "--tenant", slug) == {
            "id": key["id"],
            "revoked": True,
        }
    with tenant_scope(committed_tenant.ref), pytest.raises(Unauthenticated):
        authenticate_api_key(committed_tenant.api_key)
    assert run("apikey", "list", "--tenant", slug)["apiKeys"][0]["revokedAt"] is not None


def test_a_user_is_registered_with_a_password(
    committed_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, "correct horse battery\n")
    named = ("--email", "New@one.test", "--username", "newcomer", "--password-stdin")
    made = run("user", "create", "--tenant", committed_tenant.ref.slug, *named)
    with tenant_scope(committed_tenant.ref):
        user = User.objects.get(uuid=made["userId"])
        assert made == {
            "id": user.id,
            "userId": str(user.uuid),
            "email": "new@one.test",
            "username": "newcomer",
        }
        assert user.check_password("correct horse battery")
        assert user.is_registered
        assert user.email_confirmed_at is not None


def test_a_user_without_a_password_is_registered_too(committed_tenant: CreatedTenant) -> None:
    made = run("user", "create", "--tenant", committed_tenant.ref.slug, "--email", "bare@one.test")
    with tenant_scope(committed_tenant.ref):
        assert not User.objects.get(uuid=made["userId"]).has_usable_password()


def test_a_user_name_that_is_anothers_address_takes_nothing_from_it(
    committed_tenant: CreatedTenant,
) -> None:
    with tenant_scope(committed_tenant.ref):
        User.objects.create(email="thief@one.test", username="owner@one.test")
        assert User.objects.get_by_natural_key("Owner@One.test").email == "owner@one.test"
        assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tenant", "suspend", "nobody"), "There is no tenant nobody"),
        (("tenant", "create", "A!", "--name", "N", "--owner-email", "n@n.test"), "slug has to be"),
        (
            ("tenant", "create", "fine", "--name", " ", "--owner-email", "n@n.test"),
            "name is required",
        ),
        (
            ("tenant", "create", "fine", "--name", "N", "--owner-email", "n"),
            "email has to be an e-mail address",
        ),
        (("tenant", "reset", "{slug}", "--yes"), "no sandbox"),
        (
            ("apikey", "create", "--tenant", "{slug}", "--email", "x@x.test"),
            "There is no user x@x.test",
        ),
        (
            ("apikey", "revoke", "01a1ff9a-f95d-7371-adc6-93ee14255ab4", "--tenant", "{slug}"),
            "There is no api key",
        ),
        (
            ("apikey", "limit", "01a1ff9a-f95d-7371-adc6-93ee14255ab4", "--tenant", "{slug}"),
            "There is no api key",
        ),
        (("user", "create", "--tenant", "{slug}", "--email", "OWNER@one.test"), "has that e-mail"),
        (
            ("user", "create", "--tenant", "{slug}", "--email", "a@a.test", "--username", "a\nb"),
            "can't be printed",
        ),
        (("status", "add", "", "--tenant", "{slug}"), "^status must not be blank$"),
        (("plugin", "on", "none", "--tenant", "{slug}"), "^There is no plugin none$"),
        (
            ("provider", "remove", "google-oauth2", "x", "--tenant", "{slug}"),
            "^There is no provider client x$",
        ),
        (("status", "add", "Offer", "--tenant", "{slug}"), "^The status is there already$"),
        (
            ("oauthclient", "pin", "x", "none", "--tenant", "{slug}"),
            "^There is no oauth client x$",
        ),
    ],
)
def test_an_error_is_a_sentence(
    tenant_of_file: CreatedTenant, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run(*(argument.replace("{slug}", tenant_of_file.ref.slug) for argument in arguments))


def test_a_storage_that_fails_is_a_sentence(committed_tenant: CreatedTenant) -> None:
    folder = Path(default_storage.path(str(committed_tenant.ref.id)))
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the tenant's folder should be")
    try:
        with pytest.raises(CommandError, match=r"^Storage does not answer: try again later$"):
            run("files", "sweep")
    finally:
        folder.unlink()


def test_a_secret_of_a_forgotten_key_is_a_sentence(
    committed_tenant: CreatedTenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = committed_tenant.ref.slug
    say(monkeypatch, "the secret\n")
    run("provider", "set", "google-oauth2", "x", "--tenant", slug, "--secret-stdin")
    settings.SECRET_KEY = "another key, without the one before as its fallback"
    with pytest.raises(CommandError, match="can't be decrypted: add the SECRET_KEY"):
        run("provider", "reencrypt")


def test_a_weak_password_is_refused(
    committed_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, "123456\n")
    with pytest.raises(CommandError, match="too short"):
        run(
            "user",
            "create",
            "--tenant",
            committed_tenant.ref.slug,
            "--email",
            "w@w.test",
            "--password-stdin",
        )


def manage(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """Run `manage.py` as an operator does, on the database of this session."""
    name = connection.settings_dict["NAME"]
    program = (
        "import sys, django; from django.conf import settings;"
        f"settings.DATABASES['default']['NAME'] = settings.OWNER_DATABASE['NAME'] = {name!r};"
        "from config.command_line import CommandLine;"
        "CommandLine(sys.argv).execute()"
    )
    command = ["-c", program, *arguments]
    return run_fork(command, environment=os.environ, given=answer, timeout=60)


@pytest.mark.server
def test_as_a_process_it_prints_the_object_alone(slug: str) -> None:
    made = manage("tenant", "create", slug, "--name", "N", "--owner-email", "n@n.test", "--json")
    assert made.returncode == 0
    assert json.loads(made.stdout)["slug"] == slug
    deleted = manage("tenant", "delete", slug, "--json", answer=f"{slug}\n")
    assert json.loads(deleted.stdout) == {"slug": slug, "deleted": True}


@pytest.mark.server
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("tenant", "suspend", "nobody", "--json"), 1),
        (("tenant", "make", "x"), 2),
        (("create_missing_schemas",), 1),
        (("apikey", "create", "--tenant", "x", "--email", "y", "--scopes", "admin"), 2),
    ],
)
def test_errors_go_to_standard_error(arguments: tuple[str, ...], status: int) -> None:
    done = manage(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "wrong", [("--pin", "v1"), ("--expires", "0"), ("--rate", "-1"), ("--scopes", "")]
)
def test_wrong_options_are_reported(wrong: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=wrong[0]):
        run("apikey", "create", "--tenant", "x", "--email", "y@y.test", *wrong)

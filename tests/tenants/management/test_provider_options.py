"""Options that a plugin declares: set per tenant, checked, encrypted, never printed where secret, handed over."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pydantic import BaseModel, HttpUrl, SecretStr

from core.accounts.logins.models import ProviderOptions
from core.accounts.logins.provider_settings import build_auth_context
from core.plugins import plugins, use_plugins
from providers.contracts import (
    AuthContext,
    Credentials,
    Identity,
    ProviderMisconfigured,
    TokenCredentials,
)
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import AuditEntry
from tenants.plugins import TenantPlugins
from tests.providers.fakes import FakeAuth
from tests.providers.test_registry import load

ISSUER = "issuer=https://id.acme.example/realm"


class AcmeOptions(BaseModel):
    issuer: HttpUrl
    attempts: int = 3
    signing_key: SecretStr | None = None


class AcmeLogin:
    name = "acme"
    options_model = AcmeOptions

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        options = context.settings.read_options(AcmeOptions, provider=self.name)
        key = options.signing_key.get_secret_value() if options.signing_key else ""
        return Identity(provider="acme", subject=f"{options.issuer} {options.attempts} {key}")


@pytest.fixture(autouse=True)
def installed(acme: TenantRef) -> Iterator[None]:
    before = plugins()
    registry = load(
        acme={"register_auth_providers": [AcmeLogin()]},
        plain={"register_auth_providers": [FakeAuth("plain")]},
    )
    use_plugins(TenantPlugins(registry, base_urls={}))
    yield
    use_plugins(before)


def manage(*arguments: str, as_json: bool = True) -> Any:  # Any: JSON
    out = io.StringIO()
    call_command("provider", *arguments, *(["--json"] if as_json else []), stdout=out)
    return json.loads(out.getvalue()) if as_json else out.getvalue()


def set_options(
    *options: str, provider: str = "acme", tenant: str = "acme"
) -> Any:  # Any: as above
    written = [part for option in options for part in ("--option", option)]
    return manage("set", provider, *written, "--tenant", tenant)


def subject_of() -> str:
    """Return what the provider makes of the options that it gets."""
    answer = AcmeLogin().verify(TokenCredentials(token="t"), build_auth_context("acme"))
    assert answer is not None
    return answer.subject


def test_a_provider_gets_the_options_as_its_model_has_them() -> None:
    assert set_options(ISSUER, "attempts=5", "signing_key=s3cret")["missing"] == []
    assert subject_of() == "https://id.acme.example/realm 5 s3cret"


def test_options_that_are_set_later_leave_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    set_options(ISSUER, "attempts=5")
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))
    manage("set", "acme", "--option-stdin", "signing_key", "--tenant", "acme")
    set_options("attempts=")
    assert subject_of() == "https://id.acme.example/realm 3 s3cret"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            "isuer=https://x",
            "acme has no option isuer; its options are: attempts, issuer, signing_key",
        ),
        ("issuer=acme", "acme refuses the option issuer: Input should be a valid URL"),
        ("attempts=many", "acme refuses the option attempts: Input should be a valid integer"),
        ("attempts", "Write an option as NAME=VALUE"),
    ],
)
def test_an_option_that_the_plugin_does_not_take_is_refused_and_nothing_is_stored(
    option: str, said: str
) -> None:
    set_options(ISSUER)
    with pytest.raises(CommandError) as refused:
        set_options("attempts=9", option)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
    assert subject_of() == "https://id.acme.example/realm 3 "


def test_what_is_required_and_has_no_value_is_named() -> None:
    assert set_options("attempts=4")["missing"] == ["issuer"]
    said = manage("set", "acme", "--option", "attempts=4", "--tenant", "acme", as_json=False)
    assert "It still needs: issuer." in said
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        subject_of()
    assert misconfigured.value.setting == "issuer"


@pytest.mark.parametrize("provider", ["plain", "unknown"])
def test_a_provider_without_options_takes_none(provider: str) -> None:
    with pytest.raises(CommandError):
        set_options(ISSUER, provider=provider)
    assert not ProviderOptions.objects.exists()


def test_a_secret_is_encrypted_and_nothing_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = [str(set_options(ISSUER, "signing_key=s3cret"))]
    printed += [
        str(manage("show", "acme", "--tenant", "acme", as_json=one)) for one in (False, True)
    ]
    assert b"s3cret" not in bytes(ProviderOptions.objects.get().options)
    with public_scope():
        printed += [str(entry.changes) for entry in AuditEntry.objects.all()]
    printed.append(repr(build_auth_context("acme")))
    assert "s3cret" not in "".join(printed)
    shown = {one["name"]: one for one in manage("show", "acme", "--tenant", "acme")["options"]}
    assert shown["issuer"]["value"] == "https://id.acme.example/realm"
    assert (shown["signing_key"]["value"], shown["signing_key"]["isSet"]) == (None, True)
    assert (shown["attempts"]["isSet"], shown["attempts"]["isRequired"]) == (False, False)


def test_another_tenant_has_its_own(acme: TenantRef, globex: TenantRef) -> None:
    set_options("issuer=https://globex.example", tenant="globex")
    set_options(ISSUER)
    with tenant_scope(globex):
        assert subject_of().startswith("https://globex.example/")
    with tenant_scope(acme):
        assert subject_of().startswith("https://id.acme.example/")


def test_options_are_encrypted_again_with_a_new_key(settings: pytest.FixtureRequest) -> None:
    set_options(ISSUER)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, just as long as the one before it was and longer"
    manage("reencrypt")
    settings.SECRET_KEY_FALLBACKS = []
    assert subject_of().startswith("https://id.acme.example/")

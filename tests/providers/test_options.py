"""What a plugin may declare as its options, and what its errors say."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from providers.context import ProviderSettings
from providers.contracts import ProviderMisconfigured
from providers.loading import PluginError
from providers.options import OptionRefused, check_options
from tests.providers.fakes import FakeAuth
from tests.providers.test_registry import load


class Keys(BaseModel):
    key: SecretStr

    @field_validator("key")
    @classmethod
    def check(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() != "good":
            raise ValueError(f"no good: {value.get_secret_value()}")
        return value


class Aliased(BaseModel):
    key: str = Field(alias="theKey")


@pytest.mark.parametrize("declared", [{"issuer": "text"}, Aliased, object])
def test_what_is_no_model_of_options_stops_the_start(declared: object) -> None:
    provider = FakeAuth("acme-login")
    provider.options_model = declared  # type: ignore[attr-defined]
    with pytest.raises(PluginError, match=r"plugin acme .*'acme-login' has an option"):
        load(acme={"register_auth_providers": [provider]})


def test_an_option_has_at_most_10_000_characters() -> None:
    class Texts(BaseModel):
        text: str

    assert check_options("acme", Texts, {"text": "x" * 10_000}, given=["text"]) == ()
    with pytest.raises(OptionRefused, match="longer than 10,000 characters"):
        check_options("acme", Texts, {"text": "x" * 10_001}, given=["text"])


def test_the_text_of_an_error_has_no_secret() -> None:
    with pytest.raises(OptionRefused) as refused:
        check_options("acme", Keys, {"key": "s3cret"}, given=["key"])
    assert str(refused.value) == "acme refuses the option key: it is not as the plugin declares it"
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        ProviderSettings(options={"key": "s3cret"}).read_options(Keys, provider="acme")
    assert "s3cret" not in repr(misconfigured.value)
    assert misconfigured.value.__context__ is None
    assert "s3cret" not in repr(ProviderSettings(options={"key": "s3cret"}))

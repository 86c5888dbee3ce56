"""Runs backends of social-auth-core over a `ProviderClient`, without a web request, a session or storage.

Plugins call a backend for its requests to the provider (`user_data`, `get_user_details`, `refresh_token`) and never
run its pipeline. This is the only module of `providers` that imports social-auth-core and requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Literal

from requests import Response
from requests.auth import AuthBase
from social_core.exceptions import ErrorStage, SocialAuthBaseException
from social_core.strategy import BaseStrategy

from providers.contracts import OAuthClient
from providers.oauth.provider_client import JsonAnswer, ProviderClient


class SettingsStrategy(BaseStrategy[None]):
    """A strategy with the given settings alone; methods that need a browser raise `NotImplementedError`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        super().__init__()
        self._settings = settings

    def get_setting(self, name: str) -> object:
        return self._settings[name]

    def get_request_data(self, merge: bool = True) -> dict[str, object]:
        return {}

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or ""


class ProviderClientMixin:
    """Mix in before a backend: sends its requests through a `ProviderClient`.

    `raise_for_error` receives each 4xx response and raises the error that it stands for.
    """

    provider_client: ProviderClient

    def bind(self, provider_client: ProviderClient) -> None:
        self.provider_client = provider_client

    def raise_for_error(self, answer: JsonAnswer) -> None:
        """Raise the error for a 4xx response: here `ProviderUnavailable`, since its meaning is unknown."""
        raise self.provider_client.unavailable("status", answer)

    # The signature is the one of `social_core.backends.base.BaseAuth.request`.
    def request(
        self,
        url: str,
        *,
        method: Literal["GET", "POST", "DELETE"] = "GET",
        headers: Mapping[str, str | bytes] | None = None,
        data: dict[str, str | None] | None = None,
        json: dict[str, object] | None = None,
        auth: tuple[str, str] | AuthBase | None = None,
        params: dict[str, str] | None = None,
        timeout: float | None = None,
        stage: ErrorStage = "user_info",
    ) -> Response:
        if json is not None or auth is not None:
            raise NotImplementedError(
                "the shipped backends neither send JSON nor use HTTP authentication"
            )
        answer = self.provider_client.fetch(
            method,
            url,
            params=params,
            form={name: value for name, value in (data or {}).items() if value is not None} or None,
            headers={name: _decode(value) for name, value in (headers or {}).items()},
        )
        if not answer.ok:
            self.raise_for_error(answer)
        return _build_response(answer)


@contextmanager
def translate_library_errors(provider_client: ProviderClient) -> Iterator[None]:
    """Raise `ProviderUnavailable` for a response that social-auth-core rejects during a call of a backend."""
    try:
        yield
    except SocialAuthBaseException:
        raise provider_client.unavailable("malformed") from None


def build_strategy(client: OAuthClient | None = None) -> SettingsStrategy:
    """Build the strategy for one of the tenant's applications; None for requests without one."""
    return SettingsStrategy({"KEY": client.id, "SECRET": client.secret} if client else {})


def _decode(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _build_response(answer: JsonAnswer) -> Response:
    response = Response()
    response.status_code = answer.status
    response.encoding = "utf-8"
    response.raw = BytesIO(answer.body)
    return response

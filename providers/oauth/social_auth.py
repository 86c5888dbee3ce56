"""Runs backends of social-auth-core on a context: no request, no session, no storage, no network of their own.

Only the wire work of a backend is used (`user_data`, `get_user_details`, `refresh_token`), never its pipeline.
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
from providers.oauth.provider_client import Asker, JsonAnswer

Fields = Mapping[str, str]


class BareStrategy(BaseStrategy[None]):
    """Knows the settings it was given and nothing else; whatever needs a browser raises `NotImplementedError`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        super().__init__()
        self._settings = settings

    def get_setting(self, name: str) -> object:
        return self._settings[name]

    def get_request_data(self, merge: bool = True) -> dict[str, object]:
        return {}

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or ""


class OverContext:
    """Mix in before a backend: its requests go through the context's client.

    `refuse` looks at each 4xx and raises what it means.
    """

    asker: Asker

    def bind(self, asker: Asker) -> None:
        self.asker = asker

    def refuse(self, answer: JsonAnswer) -> None:
        """Raise for a 4xx answer; one that says nothing usable leaves the credentials undecided."""
        raise self.asker.unavailable("status", answer)

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
            raise NotImplementedError("no backend here sends JSON or uses HTTP authentication")
        answer = self.asker.ask(
            method,
            url,
            params=params,
            form={name: value for name, value in (data or {}).items() if value is not None} or None,
            headers={name: _text(value) for name, value in (headers or {}).items()},
        )
        if not answer.ok:
            self.refuse(answer)
        return _as_response(answer)


@contextmanager
def library_errors_as_ours(asker: Asker) -> Iterator[None]:
    """Around a call of a backend: what the library itself finds wrong with an answer makes the answer no use."""
    try:
        yield
    except SocialAuthBaseException:
        raise asker.unavailable("malformed") from None


def bare_strategy(client: OAuthClient | None = None) -> BareStrategy:
    """Return the strategy of one of the tenant's applications."""
    return BareStrategy({"KEY": client.id, "SECRET": client.secret} if client else {})


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _as_response(answer: JsonAnswer) -> Response:
    response = Response()
    response.status_code = answer.status
    response.encoding = "utf-8"
    response.raw = BytesIO(answer.body)
    return response

"""Calls a provider's endpoints and classifies the responses: success, 4xx error, or outage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    HttpAnswer,
    HttpFailure,
    OAuthClient,
    ProviderMisconfigured,
    ProviderUnavailable,
)
from providers.errors import OutageReason

# RFC 6750, b64token, plus a few characters that providers use; any other would split or corrupt the header.
TOKEN = re.compile(r"[A-Za-z0-9\-._~+/=|:!*]{1,4096}")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """A JSON object from the provider. `status`: 2xx or 4xx. `payload`: empty for a 4xx response that is not JSON."""

    status: int
    payload: Mapping[str, object]
    body: bytes

    @property
    def ok(self) -> bool:
        return self.status < 300


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """Calls one provider's endpoints in the context of one tenant. `provider`: its name, for errors."""

    provider: str
    context: AuthContext

    def fetch(
        self,
        method: Literal["GET", "POST", "DELETE"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonAnswer:
        """Return the response of `url`, whose host the tenant's settings may replace.

        Raises `ProviderUnavailable` if no response arrived, for 3xx, 5xx and 429, and for a 2xx response that is not a
        JSON object.
        """
        reason: OutageReason
        try:
            answer = self.context.http.request(
                method,
                self.context.settings.resolve_url(url),
                params=params,
                form=form,
                headers=headers,
            )
        except HttpFailure as failure:
            reason = failure.reason
        else:
            return self._classify(answer)
        raise ProviderUnavailable(self.provider, reason)

    def unavailable(
        self, reason: OutageReason, answer: JsonAnswer | HttpAnswer | None = None
    ) -> ProviderUnavailable:
        """Build the error for a response that cannot be used."""
        retry_after = answer.headers.get("retry-after") if isinstance(answer, HttpAnswer) else None
        return ProviderUnavailable(
            self.provider,
            reason,
            status=answer.status if answer else None,
            # Retry-After may be a date too (RFC 9110); the caller then uses its own back-off.
            retry_after=float(retry_after) if retry_after and retry_after.isdecimal() else None,
        )

    def read(self, payload: Mapping[str, object], model: type[M]) -> M:
        """Return the payload as `model`. Raises `ProviderUnavailable` if it does not fit."""
        try:
            return model.model_validate(payload)
        except ValidationError:
            pass
        raise self.unavailable("malformed")

    def require_token(self, token: str) -> None:
        """Raise `CredentialsRefused` for text that cannot be a token, before it is put into a header."""
        if not TOKEN.fullmatch(token):
            raise CredentialsRefused(self.provider)

    def require_clients(self) -> tuple[OAuthClient, ...]:
        """Return the tenant's applications, which tokens must be issued to.

        Raises `ProviderMisconfigured` if the tenant has none.
        """
        if not self.context.settings.clients:
            raise ProviderMisconfigured(self.provider, "clients")
        return self.context.settings.clients

    def _classify(self, answer: HttpAnswer) -> JsonAnswer:
        if answer.status == 429:
            raise self.unavailable("rate-limited", answer)
        if not (200 <= answer.status < 300 or 400 <= answer.status < 500):
            raise self.unavailable("status", answer)
        payload = _parse_object(answer)
        if payload is None and answer.status < 300:
            raise self.unavailable("malformed", answer)
        return JsonAnswer(status=answer.status, payload=payload or {}, body=answer.body)


def _parse_object(answer: HttpAnswer) -> Mapping[str, object] | None:
    try:
        payload = answer.json()
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None

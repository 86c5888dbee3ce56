"""Asks a provider's server and sorts what comes back: usable, a refusal to look into, or no use at all."""

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

# RFC 6750, b64token, with the few more that providers use; anything else would split or spoil the header.
TOKEN = re.compile(r"[A-Za-z0-9\-._~+/=|:!*]{1,4096}")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """A JSON object from the provider; `status` is 2xx or 4xx. A 4xx without JSON has an empty `document`."""

    status: int
    document: Mapping[str, object]
    body: bytes

    @property
    def ok(self) -> bool:
        return self.status < 300


@dataclass(frozen=True, slots=True)
class Asker:
    """One provider's server, as seen with one tenant's context."""

    provider: str
    context: AuthContext

    def ask(
        self,
        method: Literal["GET", "POST", "DELETE"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonAnswer:
        """Return the answer of `url` (its host replaced where the tenant's settings say so).

        Raises `ProviderUnavailable` for no answer, 3xx, 5xx, 429, and for a success that isn't a JSON object.
        """
        reason: OutageReason
        try:
            answer = self.context.http.request(
                method,
                self.context.settings.address(url),
                params=params,
                form=form,
                headers=headers,
            )
        except HttpFailure as failure:
            reason = failure.reason
        else:
            return self._sorted(answer)
        raise ProviderUnavailable(self.provider, reason)

    def unavailable(
        self, reason: OutageReason, answer: JsonAnswer | HttpAnswer | None = None
    ) -> ProviderUnavailable:
        """Make the error for an answer that is no use."""
        retry_after = answer.headers.get("retry-after") if isinstance(answer, HttpAnswer) else None
        return ProviderUnavailable(
            self.provider,
            reason,
            status=answer.status if answer else None,
            # It may be a date too; then the caller's own back-off has to do.
            retry_after=float(retry_after) if retry_after and retry_after.isdecimal() else None,
        )

    def read(self, document: Mapping[str, object], model: type[M]) -> M:
        """Return the document as `model`, or raise `ProviderUnavailable` where it doesn't fit."""
        try:
            return model.model_validate(document)
        except ValidationError:
            pass
        raise self.unavailable("malformed")

    def require_token(self, token: str) -> None:
        """Refuse what can't be a token before it is put into a header."""
        if not TOKEN.fullmatch(token):
            raise CredentialsRefused(self.provider)

    def require_clients(self) -> tuple[OAuthClient, ...]:
        """Return the tenant's own applications: without one nobody's token can be told from another's."""
        if not self.context.settings.clients:
            raise ProviderMisconfigured(self.provider, "clients")
        return self.context.settings.clients

    def _sorted(self, answer: HttpAnswer) -> JsonAnswer:
        if answer.status == 429:
            raise self.unavailable("rate-limited", answer)
        if not (200 <= answer.status < 300 or 400 <= answer.status < 500):
            raise self.unavailable("status", answer)
        document = _json_object(answer)
        if document is None and answer.status < 300:
            raise self.unavailable("malformed", answer)
        return JsonAnswer(status=answer.status, document=document or {}, body=answer.body)


def _json_object(answer: HttpAnswer) -> Mapping[str, object] | None:
    try:
        document = answer.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None

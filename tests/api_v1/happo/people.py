"""People with an API key, who talk to the API as a client does."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.test import Client

from core.accounts.models import User
from core.accounts.services import issue_api_key
from core.recruiting.models import Collaborator, Position
from tenants.context import current_tenant
from tenants.credentials import key_prefix
from tests.factories import AttachmentFactory, CollaboratorFactory, PositionFactory, UserFactory

OLD, HEAD = "v20180701", "v20261201"
Json = Any  # Any: JSON


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Json
    raw: bytes
    headers: dict[str, str]

    @property
    def data(self) -> Json:
        """Return `data` of a success."""
        assert self.status == 200, self.body
        return self.body["data"]

    @property
    def message(self) -> str:
        """Return the sentence of an error."""
        assert self.status >= 400, self.body
        message: str = self.body["message"]
        return message


@dataclass(frozen=True)
class Person:
    """A user of the active tenant with a key; speaks `version`."""

    user: User
    key: str
    version: str = OLD
    client: Client = field(default_factory=Client)

    @property
    def id(self) -> str:
        """Return the id that answers show."""
        return str(self.user.uuid)

    @property
    def in_head(self) -> "Person":
        """Return the same person, speaking the head's version."""
        return Person(self.user, self.key, HEAD, self.client)

    def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        raw: bytes | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Send one request to a path below /v1."""
        content = raw if raw is not None else b"" if body is None else orjson.dumps(body)
        headers = {"authorization": f"Bearer {self.key}", "x-happo-api-version": self.version}
        if idempotency_key is not None:
            headers["idempotency-key"] = idempotency_key
        response = self.client.generic(
            method,
            f"/v1{path}",
            content,
            content_type="application/json",
            headers=headers,
        )
        return Answer(
            response.status_code,
            orjson.loads(response.content),
            response.content,
            dict(response.headers),
        )

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: Json = None, *, idempotency_key: str | None = None) -> Answer:
        return self.call("POST", path, body, idempotency_key=idempotency_key)

    def patch(self, path: str, body: Json) -> Answer:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Answer:
        return self.call("DELETE", path)

    def uploads(self, count: int = 1) -> list[str]:
        """Return ids of new attachments of this person's own."""
        return [str(AttachmentFactory(created_by=self.user).id) for _ in range(count)]

    def position(self, **columns: Any) -> Position:  # Any: columns of Position
        """Make a position of this person's own."""
        return PositionFactory(created_by=self.user, **columns)

    def joins(self, position: Position, *, as_: str, status: str = "accepted") -> Collaborator:
        """Make this person a collaborator."""
        return CollaboratorFactory(position=position, user=self.user, type=as_, status=status)


def person(email: str) -> Person:
    """Return a new, registered user of the active tenant, with a key."""
    return key_for(UserFactory(email=email))


def key_for(user: User) -> Person:
    """Return this user with a new key."""
    return Person(user, issue_api_key(user, prefix=key_prefix(current_tenant())).key)


def candidates_of(position: Position | str | UUID) -> str:
    """Return the path of a position's candidates."""
    return f"/positions/{getattr(position, 'id', position)}/candidates"

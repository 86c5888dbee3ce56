"""A client of the JobHax API in tests: sends JSON, and knows the envelope."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client as DjangoClient

Json = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, taken apart."""

    status: int
    code: int
    message: str
    data: Any  # Any: JSON
    headers: Any  # Any: Django's own mapping
    text: str
    next_cursor: str | None


@dataclass(slots=True)
class JobHax:
    """Calls routes below `/api`; `token` goes along once it is set."""

    client_id: str = ""
    client_secret: str = ""
    host: str = "localhost"
    token: str | None = None
    version: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> Reply:
        return self._send("GET", path, query=query)

    def post(self, path: str, **body: object) -> Reply:
        return self._send("POST", path, body=body)

    def post_as_client(self, path: str, **body: object) -> Reply:
        """Post a body that names the client."""
        return self.post(
            path, **{"client_id": self.client_id, "client_secret": self.client_secret, **body}
        )

    def login(self, username: str, password: str) -> Reply:
        reply = self.post_as_client("users/login", username=username, password=password)
        if reply.code == 0:
            self.token = reply.data["access_token"]
        return reply

    def register(self, email: object, **changes: object) -> Reply:
        name = str(email).partition("@")[0]
        body = {
            "first_name": "Joe",
            "last_name": "Smith",
            "username": name,
            "email": email,
            "password": "correct horse battery",
            "password2": "correct horse battery",
            "client_id": self.client_id,
        }
        return self.post("users/register", **{**body, **changes})

    def _send(
        self, method: str, path: str, *, query: Json | None = None, body: Json | None = None
    ) -> Reply:
        headers = {"host": self.host, **self.headers}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if self.version:
            headers["x-happo-api-version"] = self.version
        sender = DjangoClient(raise_request_exception=False)
        if method == "GET":
            response = sender.get(f"/api/{path}", query or {}, headers=headers)
        else:
            response = sender.post(
                f"/api/{path}", body, content_type="application/json", headers=headers
            )
        told = response.json()
        next_cursor = told.pop("nextCursor", None)
        assert set(told) == {"success", "error_code", "error_message", "data"}, told
        assert told["success"] == (told["error_code"] == 0)
        return Reply(
            status=response.status_code,
            code=told["error_code"],
            message=told["error_message"],
            data=told["data"],
            headers=response.headers,
            text=response.content.decode(),
            next_cursor=next_cursor,
        )

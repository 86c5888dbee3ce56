"""Every route of both APIs in every version, from the route tables: a new one is tested without being listed."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api_v1.versioning.versioned_api import Route
from tests.api_v1.golden.scripts import VERSIONED_APIS

# What any route asks for; each reads what it knows and ignores the rest. A route that needs more says 400, and its
# tests fail: put its fields here.
_BODY: Final[dict[str, object]] = {
    "title": "T",
    "name": "N",
    "candidates": [{"name": "N"}],
    "stack": "interviewing",
    "job_title": "T",
    "company": "C",
    "application_date": "2019-01-31",
    "status_id": 1,
    "description": "D",
    "token": "nothing",
}
# Numbers that stand for something shared by a tenant's users, or for the client.
_NO_ONES_OWN: Final = {"status_id", "client_id"}


@dataclass(frozen=True)
class Place:
    """A route in a version of one of the APIs."""

    api: str
    version: str
    route: Route

    def __str__(self) -> str:
        return f"{self.api} {self.version} {self.route.name}"

    @property
    def ids(self) -> set[str]:
        """Return the names of the ids that it takes: in its path, its query or its body."""
        models = [self.route.path_params, *self.route.other_params, self.route.request_shape.item]
        named = {
            name: model
            for model in models
            if model is not None
            for name in getattr(model, "model_fields", ())
        }
        # Ninja puts a query's model into a field of its own.
        nested = {
            inner
            for name, model in named.items()
            for inner in getattr(model.model_fields[name].annotation, "model_fields", ())
        }
        return {name for name in {*named, *nested} if name.endswith("_id")} - _NO_ONES_OWN


@dataclass(frozen=True)
class Desk:
    """Somebody with a credential, and the ids that their requests are about, by the name of the parameter."""

    bearer: str
    ids: dict[str, object] = field(default_factory=dict)
    host: str = "localhost"

    def ask(self, place: Place) -> tuple[int, Any]:  # Any: JSON
        """Send a request that the route understands; return the status and the body."""
        headers = {
            "authorization": f"Bearer {self.bearer}",
            "x-happo-api-version": place.version,
            "host": self.host,
        }
        path = place.route.path.format(**self.ids) if "{" in place.route.path else place.route.path
        path = ("/v1" if place.api == "happo" else "/api") + path
        client, route = Client(), place.route
        if route.body_kind == "form":
            response = client.post(
                path, {"attachment": SimpleUploadedFile("a.pdf", b"%PDF")}, headers=headers
            )
        elif route.method == "GET":
            query = {name: str(id) for name, id in self.ids.items() if place.api == "jobhax"}
            response = client.get(path, query, headers=headers)
        else:
            body = orjson.dumps(_BODY | self.ids)
            response = client.generic(
                route.method, path, body, content_type="application/json", headers=headers
            )
        return response.status_code, orjson.loads(response.content)


EVERY: Final = [
    Place(api, version, route)
    for api, versions in VERSIONED_APIS.items()
    for version, versioned_api in versions.items()
    for route in versioned_api.table.routes
]
ASKS_WHO: Final = [place for place in EVERY if not place.route.public]

"""Every route of both APIs in every version, from the route tables: a new one is tested without being listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from api_v1.versioning.versioned_api import Route
from tests.api_v1.golden.scripts import VERSIONED_APIS
from tests.clients import HappoClient, JobHaxClient, Reply
from tests.job_seekers import PASSWORD

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
    "first_name": "F",
    "old_password": PASSWORD,
    "password": PASSWORD,
    "password2": PASSWORD,
    "paused": True,
    "publicDomains": ["mail.example"],
    "companyDomains": [],
}
# Numbers of something that a tenant's users share, and of the client.
_SHARED: Final = {"status_id", "client_id"}


@dataclass(frozen=True)
class VersionedRoute:
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
        return {name for name in {*named, *nested} if name.endswith("_id")} - _SHARED


@dataclass(frozen=True)
class Actor:
    """The holder of a credential; `ids` are those that its requests are about, by the name of the parameter."""

    bearer: str
    ids: Mapping[str, object] = field(default_factory=dict)
    host: str = "localhost"

    def call(self, where: VersionedRoute) -> Reply:
        """Send a request that the route understands."""
        if where.api == "jobhax":
            return self._call_jobhax(where)
        client = HappoClient(self.bearer, where.version, self.host)
        path = where.route.path.format(**self.ids)
        if where.route.body_kind == "form":
            return client.post_form(path, {"attachment": SimpleUploadedFile("a.pdf", b"%PDF")})
        body = None if where.route.method == "GET" else _BODY | dict(self.ids)
        return client.call(where.route.method, path, body)

    def _call_jobhax(self, where: VersionedRoute) -> Reply:
        client = JobHaxClient(host=self.host, token=self.bearer, version=where.version)
        path = where.route.path.removeprefix("/")
        if where.route.method == "GET":
            # The head refuses parameters that a route doesn't have.
            known = {name: str(id) for name, id in self.ids.items() if name in where.ids}
            return client.get(path, **known)
        return client.call(where.route.method, path, _BODY | dict(self.ids))


EVERY: Final = [
    VersionedRoute(api, version, route)
    for api, versions in VERSIONED_APIS.items()
    for version, versioned_api in versions.items()
    for route in versioned_api.table.routes
]
NEEDS_CREDENTIAL: Final = [where for where in EVERY if not where.route.public]

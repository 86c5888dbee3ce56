"""`/v1/docs` and `/v1/openapi.json`: both APIs in every version, without a key and without any other server."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from api_v1.content_policy import write_policy
from api_v1.documentation.openapi import OpenApiDocument
from api_v1.documentation.postman import make_collection
from api_v1.links import absolute_url
from api_v1.versioning.timeline import Timeline
from api_v1.versioning.versioned_api import VersionedApi, version_sent
from core.errors import Invalid

# Swagger UI sets styles from its scripts, which `style-src` doesn't forbid; its icons are data: URLs.
CONTENT_SECURITY_POLICY: Final = write_policy(images="'self' data:", forms="'none'")
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class Documentation:
    """The documents of both APIs as pages; `pages` has them by path. They belong to neither API.

    `?api=` picks the API (default: the first one), `?version=` the version (default: the version header's, or else the
    newest one).
    """

    def __init__(
        self, timeline: Timeline, versioned_apis: Mapping[str, Mapping[str, VersionedApi]]
    ) -> None:
        self.timeline = timeline
        self.versioned_apis = versioned_apis
        self.pages: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/v1/docs": self.show_page,
            "/v1/openapi.json": self.show_document,
            "/v1/postman.json": self.show_collection,
        }
        # A document is generated once: nothing in it changes while the process lives.
        self._documents: dict[tuple[str, str], OpenApiDocument] = {}

    def show_document(self, request: HttpRequest) -> HttpResponse:
        """Return the OpenAPI document; raise `Invalid` for an API or a version that doesn't exist."""
        chosen = self._choose(request)
        key = chosen.api.name, chosen.name
        if key not in self._documents:
            self._documents[key] = OpenApiDocument(chosen)
        # A generated client calls the host that its document came from.
        server = {"url": absolute_url(request, "/").rstrip("/")}
        document = {**self._documents[key], "servers": [server]}
        content = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        return HttpResponse(content, content_type="application/json", headers=_PAGE_HEADERS)

    def show_collection(self, request: HttpRequest) -> HttpResponse:
        """Return the Postman collection of both APIs in a version; raise as `show_document` does."""
        version = self._choose(request).name
        server = absolute_url(request, "/").rstrip("/")
        collection = make_collection(version, self.versioned_apis, base_url=server)
        name = f"happo-{version}.postman_collection.json"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        content = orjson.dumps(collection, option=orjson.OPT_INDENT_2)
        headers = _PAGE_HEADERS | disposition
        return HttpResponse(content, content_type="application/json", headers=headers)

    def show_page(self, request: HttpRequest) -> HttpResponse:
        """Return the page on which the documents can be read and tried; raise as `show_document` does."""
        chosen = self._choose(request)
        context = {
            "chosen": chosen,
            "version": next(
                version for version in self.timeline.versions if version.name == chosen.name
            ),
            "apis": [versions[chosen.name].api for versions in self.versioned_apis.values()],
            "versions": reversed(self.timeline.versions),
        }
        page = render_to_string("api_v1/docs.html", context)
        return HttpResponse(page, headers=_PAGE_HEADERS)

    def _choose(self, request: HttpRequest) -> VersionedApi:
        api = request.GET.get("api") or next(iter(self.versioned_apis))
        named = request.GET.get("version") or version_sent(request.META)
        version = named or self.timeline.head
        if api not in self.versioned_apis:
            raise Invalid.one("api", "not_one_of", choices=tuple(self.versioned_apis))
        if version not in self.timeline.names:
            raise Invalid.one("version", "not_one_of", choices=self.timeline.names)
        return self.versioned_apis[api][version]

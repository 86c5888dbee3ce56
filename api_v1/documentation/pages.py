"""`/v1/docs` and `/v1/openapi.json`: both APIs in every version, without a key and without anybody else's server."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from api_v1.documentation.openapi import Document
from api_v1.versioning.timeline import Timeline, Version
from api_v1.versioning.versioned_api import VersionedApi, api_version_sent
from core.errors import Invalid

# Swagger UI sets styles from its scripts, which `style-src` doesn't forbid; its icons are data: URLs.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class Docs:
    """The pages of the documents. `?api=` picks the API (the first one), `?version=` the version (the stable one)."""

    def __init__(self, timeline: Timeline, apis: Mapping[str, Mapping[str, VersionedApi]]) -> None:
        self.timeline = timeline
        self.apis = apis
        self.pages: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/docs": self.page,
            "/openapi.json": self.document,
        }
        # A document is written once: nothing in it changes while the process lives.
        self._written: dict[tuple[str, str], bytes] = {}

    def document(self, request: HttpRequest) -> HttpResponse:
        """Return the OpenAPI document; raise `Invalid` for an API or a version that isn't there."""
        api = self._chosen(request)
        key = api.family.name, api.name
        if key not in self._written:
            self._written[key] = orjson.dumps(
                Document(api), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
            )
        return HttpResponse(
            self._written[key], content_type="application/json", headers=_PAGE_HEADERS
        )

    def page(self, request: HttpRequest) -> HttpResponse:
        """Return the page to read and try them; raises as `document` does."""
        chosen = self._chosen(request)
        context = {
            "chosen": chosen,
            "version": next(
                version for version in self.timeline.versions if version.name == chosen.name
            ),
            "families": [versions[chosen.name].family for versions in self.apis.values()],
            "versions": reversed(self.timeline.versions),
        }
        page = render_to_string("api_v1/docs.html", context)
        return HttpResponse(page, headers=_PAGE_HEADERS)

    def _chosen(self, request: HttpRequest) -> VersionedApi:
        family = request.GET.get("api") or next(iter(self.apis))
        version = request.GET.get("version") or api_version_sent(request) or self._stable().name
        if family not in self.apis:
            raise Invalid.one("api", "not_one_of", choices=tuple(self.apis))
        if version not in self.timeline.names:
            raise Invalid.one("version", "not_one_of", choices=self.timeline.names)
        return self.apis[family][version]

    def _stable(self) -> Version:
        stable = [version for version in self.timeline.versions if version.state == "stable"]
        return stable[-1] if stable else self.timeline.versions[-1]

"""The checked-in documents: what a released version promised. Only `manage.py freeze_version` writes these files.

`v20180701/openapi.json` is the Happo API's, `v20180701/openapi-jobhax.json` the JobHax API's. Tests compare them with
the generated ones byte for byte; `manage.py freeze_version NAME` writes the files of a version that is being released.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from api_v1.api import Api, JsonObject
from api_v1.documentation.openapi import OpenApiDocument
from api_v1.versioning.versioned_api import VersionedApi

FOLDER: Final = Path(__file__).resolve().parents[1] / "versions"
_OPTIONS: Final = (
    orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
)


def file_of(api: Api, version: str) -> Path:
    """Return where the document of one API in one version is checked in, whether it is or not."""
    return (
        FOLDER / version / ("openapi.json" if api.name == "happo" else f"openapi-{api.name}.json")
    )


def frozen_form(versioned_api: VersionedApi) -> bytes:
    """Return the generated document as it is checked in: keys sorted, so that only changes of content show."""
    return orjson.dumps(OpenApiDocument(versioned_api), option=_OPTIONS)


def document_of(versioned_api: VersionedApi) -> JsonObject:
    """Return the generated document as a client reads it from JSON, keys in the order of the code."""
    document: JsonObject = orjson.loads(
        orjson.dumps(OpenApiDocument(versioned_api), option=orjson.OPT_NON_STR_KEYS)
    )
    return document


def frozen_document(api: Api, version: str) -> JsonObject:
    """Return the checked-in document; raise `FileNotFoundError` where the version has none."""
    document: JsonObject = orjson.loads(file_of(api, version).read_bytes())
    return document


def frozen_versions(api: Api, names: Iterable[str]) -> list[str]:
    """Return which of these versions are checked in, in the order given."""
    return [name for name in names if file_of(api, name).exists()]

"""The JobHax API's envelope: `{"success", "error_code", "error_message", "data"}`, always all four."""

from typing import Final

import orjson

from api_v1.api import JsonObject
from api_v1.rendering import JsonWriter, write_jobhax_date

_OPENING: Final = b'{"success":true,"error_code":0,"error_message":"","data":'


class JobHaxEnvelope:
    """JobHax: all its responses. Nulls stay; `nextCursor` is null on the last page."""

    writer = JsonWriter(keeps_nulls=True, write_date=write_jobhax_date)

    def wrap(self, data: bytes) -> bytes:
        return _OPENING + data + b"}"

    def wrap_page(self, data: bytes, next_cursor: str | None) -> bytes:
        return _OPENING + data + b',"nextCursor":' + orjson.dumps(next_cursor) + b"}"

    def describe_success(self, data: JsonObject, *, paged: bool) -> JsonObject:
        properties = {
            "success": {"const": True},
            "error_code": {"const": 0},
            "error_message": {"const": ""},
            "data": data,
        }
        if paged:
            properties["nextCursor"] = {
                "type": ["string", "null"],
                "description": "For the next page; null on the last one.",
            }
        return {"type": "object", "properties": properties, "required": list(properties)}

    def describe_error(self) -> JsonObject:
        properties: JsonObject = {
            "success": {"const": False},
            "error_code": {"type": "integer", "minimum": 1, "maximum": 12},
            "error_message": {"type": "string"},
            "data": {"type": "null"},
        }
        return {
            "title": "Error",
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }

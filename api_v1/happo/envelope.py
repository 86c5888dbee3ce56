"""The Happo API's envelope: `{"success": true, "statusCode": 200, "data": ...}`."""

from typing import Final

import orjson

from api_v1.api import JsonObject
from api_v1.rendering import JsonWriter, write_happo_date

_OPENING: Final = b'{"success":true,"statusCode":200,"data":'
_TEXT: Final = {"type": "string"}


class HappoEnvelope:
    """Happo: "Response Object". Unset optional values are left out; `nextCursor` on the last page too."""

    writer = JsonWriter(keeps_nulls=False, write_date=write_happo_date)

    def wrap(self, data: bytes) -> bytes:
        return _OPENING + data + b"}"

    def wrap_page(self, data: bytes, next_cursor: str | None) -> bytes:
        if next_cursor is None:
            return self.wrap(data)
        return _OPENING + data + b',"nextCursor":' + orjson.dumps(next_cursor) + b"}"

    def describe_success(self, data: JsonObject, *, paged: bool) -> JsonObject:
        properties = {"success": {"const": True}, "statusCode": {"const": 200}, "data": data}
        required = list(properties)
        if paged:
            properties["nextCursor"] = {
                **_TEXT,
                "description": "For the next page; absent on the last one.",
            }
        return {"type": "object", "properties": properties, "required": required}

    def describe_error(self) -> JsonObject:
        problem = {
            "type": "object",
            "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
            "required": ["field", "code", "message"],
        }
        properties: JsonObject = {
            "statusCode": {"type": "integer", "minimum": 400, "maximum": 599},
            "error": {**_TEXT, "description": "The reason phrase of the status."},
            "message": {**_TEXT, "description": "One sentence that says what is wrong."},
            "code": {**_TEXT, "description": "Stable, for machines."},
            "errors": {"type": "array", "items": problem, "description": "Each field's problem."},
            "requestId": {**_TEXT, "description": "The same as in x-request-id."},
        }
        return {
            "title": "Error",
            "type": "object",
            "properties": properties,
            "required": list(properties),
        }

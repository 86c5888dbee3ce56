"""The id of one request, for the logs of client and server."""

import re
from typing import Final
from uuid import uuid4

from django.http import HttpRequest

from core.trace import current_trace

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")


def id_of_request(request: HttpRequest) -> str:
    """Return the id under which the request is logged; without a log, as in tests, that of its header or a new one."""
    trace = current_trace()
    return request_id(request.META.get("HTTP_X_REQUEST_ID")) if trace is None else trace.request_id


def request_id(sent: str | None) -> str:
    """Return the id that the client sent if it is 1 to 128 of `[A-Za-z0-9._-]`, else a new UUID."""
    if sent is not None and _WELL_FORMED.fullmatch(sent):
        return sent
    return str(uuid4())

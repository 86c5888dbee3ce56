"""Responses with JSON."""

import pytest
from django.http import HttpResponse

from api_v1.rendering import json_response


@pytest.mark.parametrize(("content", "status"), [(b"{}", 200), (b"", 204), (b'{"a":1}', 503)])
def test_a_response_is_as_django_makes_it(content: bytes, status: int) -> None:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    theirs = HttpResponse(
        content, content_type="application/json; charset=utf-8", status=status, headers=headers
    )
    theirs["Content-Length"] = str(len(content))
    ours = json_response(content, status=status)
    assert (ours.content, ours.reason_phrase) == (theirs.content, theirs.reason_phrase)
    assert dict(ours.items()) == dict(theirs.items())
    assert ours.charset == theirs.charset
    assert {**vars(ours), "headers": None} == {**vars(theirs), "headers": None}

"""The bytes of a field of a form, whatever charset they have."""

from io import BytesIO

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser

# What Django writes for bytes that it can't decode.
_UNDECODED = "\ufffd"
# Each byte is a character of its own.
_BYTES = "latin-1"


def read_field(request: HttpRequest, name: str) -> bytes | None:
    """Return the value of a field as it was sent, None where there is none. A mail may be in any charset, or several.

    `request.body` must have been read before the form.
    """
    text = request.POST.get(name)
    if text is None:
        return None
    if request.encoding is None and _UNDECODED not in text:
        return text.encode()
    value = _read_again(request)[name]
    assert isinstance(value, str)
    return value.encode(_BYTES)


def _read_again(request: HttpRequest) -> QueryDict:
    if request.content_type != "multipart/form-data":
        return QueryDict(request.body, encoding=_BYTES)
    handlers = [MemoryFileUploadHandler(request)]
    fields, _ = MultiPartParser(request.META, BytesIO(request.body), handlers, _BYTES).parse()
    return fields

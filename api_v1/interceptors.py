"""What runs round the view: idempotency keys of writes."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api_v1.arguments import read_body
from api_v1.bodies import parse_json, prepare_form
from api_v1.rendering import json_response
from api_v1.request_context import RequestContext
from core.errors import Invalid
from core.idempotency.services import MAX_KEY_CHARACTERS, IdempotentRequest, Reply, run_once


class Interceptor(Protocol):
    """Runs round arguments, view and rendering; the caller is authorised, `context.body` is not read yet.

    It calls `respond()` once or not at all, may raise a `DomainError`, and may put headers into `context.headers`.
    """

    def __call__(
        self, context: RequestContext, respond: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase: ...


def run_writes_once(
    context: RequestContext, respond: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer requests with the same `Idempotency-Key` with the reply to the first one."""
    key, caller, route = (
        context.request.META.get("HTTP_IDEMPOTENCY_KEY"),
        context.caller,
        context.route,
    )
    if key is None or caller is None or not route.stores_replies:
        return respond()
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
        raise Invalid.one("Idempotency-Key", "idempotency_key", limit=MAX_KEY_CHARACTERS)
    attempt = IdempotentRequest(
        credential=caller.credential_id,
        route=route.name,
        key=key,
        request_hash=_hash_request(context),
        hash_in_older_form=partial(_hash_bytes_of_request, context),
    )
    reply, replayed = run_once(attempt, lambda: _to_reply(respond()))
    if replayed:
        check_replay = route.versioned_api.api.check_replay
        if check_replay is not None:
            check_replay(caller, route.path, context.path_values)
        context.headers["Idempotent-Replayed"] = "true"
    return json_response(reply.body.encode(), status=reply.code)


def _to_reply(response: HttpResponseBase) -> Reply:
    if not isinstance(response, HttpResponse):
        raise TypeError("A route that writes can't answer with a stream: a stream can't be stored")
    return Reply(code=response.status_code, body=response.content.decode())


def _hash_request(context: RequestContext) -> bytes:
    """Return the hash of the request's meaning."""
    query = context.request.META.get("QUERY_STRING", "")
    parameters = urlencode(sorted(parse_qsl(query, keep_blank_values=True)))
    return _hash_parts(context, parameters, _canonical_json)


def _hash_bytes_of_request(context: RequestContext) -> bytes:
    """Return the hash of the request's bytes: replies that an earlier release stored have it, for 24 hours."""
    return _hash_parts(context, context.request.META.get("QUERY_STRING", ""), lambda body: body)


def _hash_parts(context: RequestContext, query: str, form_of: Callable[[bytes], bytes]) -> bytes:
    request, route, digest = context.request, context.route, sha256()
    for part in (route.versioned_api.name, request.path_info, query):
        digest.update(part.encode() + b"\0")
    if route.body_kind == "json":
        digest.update(form_of(read_body(context)))
    elif route.body_kind == "form":
        prepare_form(request, route)
        digest.update(_hash_form(request))
    return digest.digest()


def _canonical_json(body: bytes) -> bytes:
    """Return the same bytes for every spelling of a JSON value: blanks, order of keys, escapes, `5.0` for `5`."""
    if not body:
        return body
    return orjson.dumps(_unify_numbers(parse_json(body)), option=orjson.OPT_SORT_KEYS)


def _unify_numbers(value: Any) -> Any:  # Any: JSON
    if isinstance(value, dict):
        return {name: _unify_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_unify_numbers(item) for item in value]
    # A larger number may be no 64-bit integer, and is written in one way anyway.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _hash_form(request: HttpRequest) -> bytes:
    # The content of the form, not its bytes: each time that the same form is sent, its boundary differs.
    digest = sha256()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.digest()

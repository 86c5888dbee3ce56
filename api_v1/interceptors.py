"""What comes before and round the view for a known caller: the rate limit, and idempotency keys round writes."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api_v1.arguments import read_body
from api_v1.bodies import prepare_form
from api_v1.rendering import json_response
from api_v1.request_context import RequestContext
from core.accounts.values import Caller
from core.errors import Invalid, RateLimited
from core.idempotency.services import MAX_KEY_CHARACTERS, IdempotentRequest, Reply, run_once
from core.limits.rate_limits import RateLimiter

limiter: Final = RateLimiter()


def throttle(visit: RequestContext, caller: Caller) -> None:
    """Spend one token of the caller's credential; `RateLimit-*` go onto whatever answer comes out.

    Raises `RateLimited` where there is none left.
    """
    allowance = limiter.spend(caller.credential_id, rate=caller.rate_per_second, burst=caller.burst)
    visit.headers["RateLimit-Limit"] = str(allowance.limit)
    visit.headers["RateLimit-Remaining"] = str(allowance.remaining)
    visit.headers["RateLimit-Reset"] = str(allowance.reset_seconds)
    if allowance.retry_after_seconds:
        raise RateLimited(timedelta(seconds=allowance.retry_after_seconds))


def run_writes_once(
    visit: RequestContext, answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Give the answer of the first request to its repetitions, where `Idempotency-Key` says that they are."""
    key = visit.request.META.get("HTTP_IDEMPOTENCY_KEY")
    # What is public answers with tokens, which are kept nowhere.
    if key is None or visit.caller is None or visit.route.public or not visit.route.write:
        return answer()
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
        raise Invalid.one("Idempotency-Key", "idempotency_key", limit=MAX_KEY_CHARACTERS)
    attempt = IdempotentRequest(
        credential=visit.caller.credential_id,
        route=visit.route.name,
        key=key,
        request_hash=_request_hash(visit),
    )
    reply, replayed = run_once(attempt, lambda: _as_reply(answer()))
    if replayed:
        visit.headers["Idempotent-Replayed"] = "true"
    return json_response(reply.body.encode(), status=reply.code)


def _as_reply(response: HttpResponseBase) -> Reply:
    if not isinstance(response, HttpResponse):
        raise TypeError("A route that writes answers at once: a stream can't be stored")
    return Reply(code=response.status_code, body=response.content.decode())


def _request_hash(visit: RequestContext) -> bytes:
    request, digest = visit.request, sha256()
    for part in (visit.api.name, request.path_info, request.META.get("QUERY_STRING", "")):
        digest.update(part.encode() + b"\0")
    if visit.route.body_kind == "json":
        digest.update(read_body(visit))
    elif visit.route.body_kind == "form":
        prepare_form(request, visit.route)
        digest.update(_form_hash(request))
    return digest.digest()


def _form_hash(request: HttpRequest) -> bytes:
    # What is in the form, not its bytes: every sending of the same form has another boundary.
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

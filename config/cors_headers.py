"""The headers that web clients on other hosts send to the APIs, and read in their answers (CORS)."""

from typing import Final

REQUEST_HEADERS: Final = [
    "accept",
    "authorization",
    # Libraries of web clients send these, although the APIs read none of them: tracing, and requests past a cache.
    "baggage",
    "cache-control",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "tracestate",
    "x-happo-api-version",
    "x-request-id",
    "x-requested-with",
]
RESPONSE_HEADERS: Final = [
    "allow",
    "content-disposition",
    "deprecation",
    "etag",
    "idempotent-replayed",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
    "sunset",
    "www-authenticate",
    "x-happo-api-version",
    "x-request-id",
]

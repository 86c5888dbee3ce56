"""The HTTP client for requests to other servers: implements the port `core.http` with requests."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Literal
from urllib.parse import urlsplit

import requests
import urllib3

from config.network.addresses import Network
from config.network.bounded_connections import PooledAdapter, make_pools
from core.errors import Overloaded
from core.limits.outside_calls import OUTSIDE_CALLS
from providers.contracts import HttpAnswer, HttpFailure
from providers.errors import OutageReason

CHUNK = 256 * 1024
QUERY = re.compile(r"\?\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one exchange.

    `connect`: seconds to connect. `read`: seconds between two reads. `total`: seconds from the start until the last
    byte of the answer. `answer_bytes`: bytes of the body.
    """

    connect: float = 3.0
    read: float = 5.0
    total: float = 10.0
    answer_bytes: int = 1024 * 1024


# A mailbox's largest mails (Gmail takes in 50 MB, senders get 25 MB through) in base64, in one response.
MAILBOX_LIMITS = Limits(connect=5.0, read=10.0, total=60.0, answer_bytes=44 * 1024 * 1024)


class RequestsClient:
    """Implements `providers.contracts.HttpClient`. Threads may share a client.

    It opens a connection for each request: log-ins are rare, and the server would mostly have closed a kept
    connection before the next one, which looks like an outage. `keeps_connections`: for mailboxes, which are asked for
    many mails in a row, and try again.

    It follows no redirects, keeps no cookies and reads neither proxies nor `.netrc` from the environment
    (requests would let `.netrc` replace the bearer token); the caller passes `proxies`
    (`{"https": "http://proxy:3128"}`) and `ca_bundle` (the path of a file).

    `allowed`: for servers that a tenant's settings name: it connects to public addresses, and to those networks; the
    name is looked up once. None: for servers that this release names, which may be anywhere.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        proxies: Mapping[str, str] | None = None,
        ca_bundle: str | None = None,
        user_agent: str = "happo",
        keeps_connections: bool = False,
        allowed: Sequence[Network] | None = None,
    ) -> None:
        if allowed is not None and (proxies or keeps_connections):
            raise ValueError("addresses are checked for connections of one request without a proxy")
        self._limits = limits or Limits()
        self._proxies = dict(proxies or {})
        self._verify: str | bool = ca_bundle or True
        self._user_agent = user_agent
        self._pools = make_pools(seconds=self._limits.total, allowed=allowed)
        self._adapter = _KeptConnections(self._pools) if keeps_connections else None
        _redact_queries_in_logs()

    def request(
        self,
        method: Literal["GET", "POST", "DELETE"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer:
        limit = min(answer_bytes or self._limits.answer_bytes, self._limits.answer_bytes)
        prepared = requests.Request(
            method, url, params=params, data=form, headers=dict(headers or {})
        )
        reason: OutageReason
        try:
            with OUTSIDE_CALLS.take_turn():
                return self._exchange(prepared, limit)
        except Overloaded:
            # The other calls that run at this moment take too long, most likely of the same service.
            reason = "timeout"
        except HttpFailure as failure:
            reason = failure.reason
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            HTTPException,
            OSError,
        ) as error:
            reason = _classify(error)
        except UnicodeError:
            reason = "malformed"
        # Raised outside the `except`, without a context: the text of these exceptions contains the URL and its query.
        raise HttpFailure(reason, _parse_host(url))

    def close(self) -> None:
        """Close the connections that were kept."""
        if self._adapter:
            self._adapter.close_kept()

    def _exchange(self, request: requests.Request, limit: int) -> HttpAnswer:
        deadline = time.monotonic() + self._limits.total
        with (
            self._open_session() as session,
            session.send(
                session.prepare_request(request),
                stream=True,
                timeout=(self._limits.connect, self._limits.read),
                allow_redirects=False,
                proxies=self._proxies,
                verify=self._verify,
            ) as response,
        ):
            return HttpAnswer(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=self._read_body(response.raw, deadline, limit),
            )

    def _read_body(self, raw: urllib3.HTTPResponse, deadline: float, limit: int) -> bytes:
        """Read in chunks, so that a body that is too large ends early; of one that says so, nothing is read."""
        if (raw.length_remaining or 0) > limit:
            raise HttpFailure("too-large", "")
        chunks, size = list[bytes](), 0
        while chunk := raw.read1(CHUNK, decode_content=False):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise HttpFailure("too-large", "")
            if time.monotonic() > deadline:
                raise HttpFailure("timeout", "")
        return b"".join(chunks)

    def _open_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._adapter or PooledAdapter(self._pools))
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A compressed body could grow past the limit between two checks.
        session.headers.update({"User-Agent": self._user_agent, "Accept-Encoding": "identity"})
        return session


class _KeptConnections(PooledAdapter):
    """Connections that outlive the sessions of single requests; threads may share them."""

    def __init__(self, pools: Mapping[str, type]) -> None:
        super().__init__(pools, size=8)

    def close(self) -> None:
        """Keep the connections: a session closes its adapters when it ends."""

    def close_kept(self) -> None:
        super().close()


def _parse_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _classify(error: Exception) -> OutageReason:
    if isinstance(error, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
        return "tls"
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return "timeout"
    return "connection"


class _QueryRedactor(logging.Filter):
    """Redacts the queries of URLs: Google takes access tokens in them, and urllib3 logs whole URLs at DEBUG."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                QUERY.sub("?…", arg) if isinstance(arg, str) else arg for arg in record.args
            )
        return True


def _redact_queries_in_logs() -> None:
    logger = logging.getLogger("urllib3.connectionpool")
    if not any(isinstance(present, _QueryRedactor) for present in logger.filters):
        logger.addFilter(_QueryRedactor())

"""HTTP connections to the addresses alone that `config.outside_addresses` allows, for requests and urllib3."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from config.outside_addresses import Address, HostUnknown, Network, may_connect_to, resolve_host
from providers.contracts import HttpFailure

LOOK_UP_SECONDS: Final = 3.0
# A name with a hundred addresses would hold its thread for minutes.
MOST_ADDRESSES: Final = 3


class CheckedConnections(HTTPAdapter):
    """Uses pools that `make_checked_pools` made, for one session."""

    def __init__(self, pools: Mapping[str, type]) -> None:
        self._pools = dict(pools)
        super().__init__()

    # Any: the library's own signature.
    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools


def make_checked_pools(allowed: Sequence[Network]) -> Mapping[str, type]:
    """Return classes of pools by scheme: they look the host up once and connect to an address that they have checked.

    TLS still verifies the host's name. `allowed`: networks that they connect to although they are private. A
    connection raises `HttpFailure` with `forbidden`, `unknown-host` or `timeout`.
    """
    networks = tuple(allowed)

    class Connection(_CheckedConnection):
        allowed = networks

    class TlsConnection(_CheckedConnection, HTTPSConnection):
        allowed = networks

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": Pool, "https": TlsPool}


class _CheckedConnection(HTTPConnection):
    allowed: tuple[Network, ...] = ()

    def _new_conn(self) -> socket.socket:
        failure: Exception | None = None
        for address in _list_addresses(self.host, self.allowed):
            try:
                return create_connection(
                    (str(address), self.port or self.default_port),
                    self.timeout,
                    socket_options=self.socket_options,
                )
            except TimeoutError as error:
                failure = ConnectTimeoutError(self, str(error))
            except OSError as error:
                failure = NewConnectionError(self, str(error))
        assert failure is not None
        raise failure


def _list_addresses(host: str, allowed: tuple[Network, ...]) -> tuple[Address, ...]:
    try:
        found = resolve_host(host.strip("[]"), timeout=LOOK_UP_SECONDS)
    except HostUnknown as unknown:
        raise HttpFailure(unknown.reason, host) from None
    checked = tuple(one for one in found if may_connect_to(one, allowed))[:MOST_ADDRESSES]
    if not checked:
        raise HttpFailure("forbidden", host)
    return checked

"""HTTP connections to the addresses alone that `config.network.addresses` allows, for urllib3."""

from __future__ import annotations

import socket
from functools import partial
from typing import Final

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from config.network.addresses import (
    Address,
    HostRefused,
    Network,
    list_addresses,
    may_connect_to,
)
from providers.contracts import HttpFailure

LOOK_UP_SECONDS: Final = 3.0


class CheckedConnection(HTTPConnection):
    """Looks the host up once, and connects to an address that it has checked. TLS still verifies the host's name.

    `allowed`: networks that it connects to although they are private. Raises `HttpFailure` with `forbidden`,
    `unknown-host` or `timeout`.
    """

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
        return list_addresses(
            host.strip("[]"),
            timeout=LOOK_UP_SECONDS,
            may_connect=partial(may_connect_to, allowed=allowed),
        )
    except HostRefused as refused:
        raise HttpFailure(refused.reason, host) from None

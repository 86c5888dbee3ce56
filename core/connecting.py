"""Connections to servers that users name: a port, which `config.wiring` sets. Its protocol is `Connector`."""

from providers.context import Connector

_connector: Connector | None = None


def use_connector(connector: Connector) -> None:
    """Set how this process connects to the servers that users name; called once, at start-up."""
    global _connector
    _connector = connector


def connector() -> Connector:
    """Return how this process connects. Raises `RuntimeError` before `use_connector` was called."""
    if _connector is None:
        raise RuntimeError("The connector is not set: call use_connector at start-up.")
    return _connector

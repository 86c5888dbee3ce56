"""The port to what an installation says of its incoming mail; `config` fills it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InboundSetup:
    """`domain`: that of all forwarding addresses, "" where the installation takes no mail.

    `authserv_id`: the name under which its own mail server writes `Authentication-Results`, "" where it writes none.
    `tenant_part`: returns what the active tenant's addresses begin with, by which they are routed.
    """

    domain: str
    authserv_id: str
    tenant_part: Callable[[], str]


_setup: InboundSetup | None = None


def use_inbound(setup: InboundSetup) -> None:
    """Set what the installation says; call it once, at start-up."""
    global _setup
    _setup = setup


def inbound_setup() -> InboundSetup:
    """Return what the installation says."""
    if _setup is None:
        raise RuntimeError("Incoming mail is not configured: call use_inbound at start-up.")
    return _setup

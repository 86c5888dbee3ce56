"""Entries of the installation's log from before it had the columns of `EntryColumns`: an actor as text, and facts.

`os:deploy` was an account of the operating system, `admin:ops@example.com` an operator, `admin:unknown` a log-in
under a name that no operator has, `demo` the command that makes tenants for a demonstration. They go with retention.
"""

from core.audit import ANONYMOUS, Actor

_UNKNOWN = "admin:unknown"


def read_actor(written: str) -> Actor:
    """Return who acted; the id of an operator is the address that the entry has."""
    if written == _UNKNOWN:
        return ANONYMOUS
    kind, _, name = written.rpartition(":")
    return Actor("operator" if kind == "admin" else "system", name)

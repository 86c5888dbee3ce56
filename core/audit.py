"""The port to the audit log: who did what to which object.

    record("position.archive", position.id)
    record("candidate.move", candidate.id, values={"from": "longlist", "to": "shortlist"})

An entry is written in the caller's transaction: both are committed or neither is. It names objects by their ids and
says which fields changed. It can hold no secret and nothing that people wrote: `core.audit_actions` lists which values
an action may have, and of which kind. `tenants.audit.installation` is the port to the log of the installation.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, Protocol
from uuid import UUID

from core.audit_actions import ACTIONS, Action
from core.audit_rules import ActionRule, Stored, Value
from core.trace import current_trace

# `anonymous`: a request without a valid credential. `system`: an account of the operating system, with a command.
ActorKind = Literal["operator", "user", "key", "job", "system", "anonymous"]
ObjectId = UUID | int | str
_ID_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id`: the UUID of an operator, user or key, the name of a job's task, the name of a system account."""

    kind: ActorKind
    id: str = ""


ANONYMOUS: Final = Actor("anonymous")
NO_VALUES: Final[Mapping[str, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Source:
    actor: Actor
    address: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action on one or more objects of a kind; each object gets a row of its own.

    `actor`: None where neither a request nor a job runs. `address`: the client's IP address, "" for none.
    """

    actor: Actor | None
    action: str
    object_kind: str
    object_ids: Sequence[str]
    address: str
    request_id: str
    changes: Mapping[str, Stored]


class AuditLog(Protocol):
    """Stores entries in the log of the active tenant."""

    def write(self, entry: Entry) -> None:
        """Store the entry in the caller's transaction, in one statement."""


_source: ContextVar[_Source | None] = ContextVar("audit_source", default=None)
_log: AuditLog | None = None


@contextmanager
def acting_as(actor: Actor, *, address: str = "", request_id: str = "") -> Iterator[None]:
    """Record what is done inside as done by `actor`, from this IP address, in that request."""
    token = _source.set(_Source(actor, address, request_id))
    try:
        yield
    finally:
        _source.reset(token)


def record(
    action: Action,
    *objects: ObjectId,
    actor: Actor | None = None,
    values: Mapping[str, Value] = NO_VALUES,
    **more: Value,
) -> None:
    """Add an action to the log of the active tenant, with a row for each object; outside of tenants do nothing.

    `actor`: in place of the one who acts, for a log-in that has just proven who it is. `values`, `more`: what changed.
    Raises `ValueError` for what `core.audit_actions` doesn't list for the action.
    """
    if _log is None:
        raise RuntimeError("No audit log is configured: call use_audit_log at start-up.")
    if objects:
        rule = ACTIONS[action]
        _log.write(make_entry(rule, objects, actor=actor, values={**values, **more}))


def make_entry(
    rule: ActionRule,
    objects: Sequence[ObjectId],
    *,
    actor: Actor | None = None,
    values: Mapping[str, Value],
) -> Entry:
    """Return the entry of an action by the actor of `acting_as`; raise `ValueError` for what its rule doesn't allow."""
    source, trace = _source.get(), current_trace()
    return Entry(
        actor=actor or (source.actor if source is not None else None),
        action=rule.action,
        object_kind=rule.kind,
        object_ids=[str(id)[:_ID_CHARACTERS] for id in objects],
        address=source.address if source is not None else "",
        request_id=(source.request_id if source is not None else "")
        or (trace.request_id if trace is not None else ""),
        changes=rule.check(values),
    )


def current_address() -> str:
    """Return the IP address of `acting_as`, "" where there is none."""
    source = _source.get()
    return source.address if source is not None else ""


def use_audit_log(log: AuditLog) -> None:
    """Set the log; call it once, at start-up."""
    global _log
    _log = log

"""The closed list of actions in the audit logs of tenants, and what an entry may say about each.

An entry holds no secret and no personal data beyond ids. So a value is a flag, a number, an id, one of a few words, the
name of something that operators name (a plugin, a host, a version), or the names of fields: never a field's content.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Final, Literal, get_args
from uuid import UUID

from core.recruiting.vocabulary import Stack

Value = bool | int | str | UUID | Iterable[str] | None
Stored = bool | int | str | list[str] | None
Check = Callable[[Value], Stored]
ObjectKind = Literal[
    "apikey",
    "attachment",
    "candidate",
    "jobapp",
    "mail_domain",
    "mailbox",
    "note",
    "oauthclient",
    "plugin",
    "position",
    "provider",
    "status",
    "user",
]
Action = Literal[
    # Of users.
    "user.register",
    "user.create",
    "user.confirm",
    "user.update",
    "user.set_password",
    "user.set_role",
    "user.set_owner",
    "user.deactivate",
    "user.activate",
    "user.end_sessions",
    "user.remove",
    "user.login",
    "user.login_failed",
    "user.refresh",
    "user.refresh_refused",
    "user.logout",
    "identity.link",
    "identity.renew",
    "invitation.accept",
    "invitation.decline",
    # Of what gives access.
    "apikey.create",
    "apikey.limit",
    "apikey.revoke",
    "oauthclient.create",
    "oauthclient.pin",
    "oauthclient.remove",
    "oauthclient.add_origin",
    "oauthclient.remove_origin",
    "provider.set",
    "provider.remove",
    "plugin.switch",
    "status.add",
    "mail_domain.set",
    "mail_domain.replace",
    # Of recruiters.
    "position.create",
    "position.update",
    "position.archive",
    "position.restore",
    "position.delete",
    "candidate.create",
    "candidate.update",
    "candidate.move",
    "candidate.reject",
    "candidate.unreject",
    "candidate.delete",
    "attachment.upload",
    # Of job seekers.
    "jobapp.create",
    "jobapp.update",
    "jobapp.delete",
    "jobapp.dismiss_mail",
    "note.create",
    "note.update",
    "note.delete",
    "user.sync_mail",
    "mailbox.add",
    "mailbox.update",
    "mailbox.sync",
    "mailbox.remove",
]

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Not a person's: no @, no blank. Versions, plugins, host names, origins, slugs, client ids; an origin has the longest.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/\[\]-]{0,299}")


def _flag(value: Value) -> Stored:
    return value if isinstance(value, bool) else _refuse(value)


def _number(value: Value) -> Stored:
    return value if value is None or type(value) is int else _refuse(value)


def _id(value: Value) -> Stored:
    return str(value) if isinstance(value, UUID) else _number(value)


def _name(value: Value) -> Stored:
    if value is None or (isinstance(value, str) and _NAME.fullmatch(value)):
        return value
    return _refuse(value)


def name_of(text: str) -> str:
    """Return `text` where an entry may hold it as a name, else a digest of it: an operator may type anything."""
    return text if _NAME.fullmatch(text) else f"sha256:{sha256(text.encode()).hexdigest()}"


def _fields(value: Value) -> Stored:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return _refuse(value)
    names = sorted(value)
    return names if all(map(_FIELD.fullmatch, names)) else _refuse(value)


def _one_of(*words: str) -> Check:
    def check(value: Value) -> Stored:
        return value if isinstance(value, str) and value in words else _refuse(value)

    return check


def _some_of(*words: str) -> Check:
    def check(value: Value) -> Stored:
        names = _fields(value)
        return names if isinstance(names, list) and set(names) <= set(words) else _refuse(value)

    return check


def _refuse(value: object) -> Stored:
    raise ValueError(f"An audit entry may not hold this {type(value).__name__} here")


@dataclass(frozen=True, slots=True)
class ActionRule:
    """The kind of object that an action is about, and the values that its entry may have, each with its check."""

    kind: ObjectKind
    values: Mapping[str, Check]


_stack: Final = _one_of(*get_args(Stack))
_role: Final = _one_of("owner", "staff", "user")
_provider: Final = {"provider": _name}
_mail_domain: Final = {"state": _one_of("public", "company", "default")}
_limits: Final = {"rate": _number, "burst": _number}
_VALUES: Final[Mapping[str, Mapping[str, Check]]] = {
    "user.update": {"fields": _fields},
    "user.set_role": {"role": _role},
    "user.login": {"client": _name},
    "identity.link": _provider,
    "identity.renew": _provider,
    "apikey.create": {
        "user": _id,
        "scopes": _some_of("read", "write"),
        "expires_in_days": _number,
        "version": _name,
        **_limits,
    },
    "apikey.limit": _limits,
    "oauthclient.create": {"version": _name},
    "oauthclient.pin": {"version": _name},
    "oauthclient.add_origin": {"origin": _name},
    "oauthclient.remove_origin": {"origin": _name},
    "provider.set": {"client": _name, "has_secret": _flag, "options": _fields},
    "provider.remove": {"client": _name},
    "plugin.switch": {"kinds": _some_of("login", "mail"), "on": _flag},
    "mail_domain.set": _mail_domain,
    "mail_domain.replace": _mail_domain,
    "position.create": {"fields": _fields},
    "position.update": {"fields": _fields},
    "candidate.create": {"position": _id},
    "candidate.update": {"position": _id, "fields": _fields},
    "candidate.move": {"position": _id, "from": _stack, "to": _stack},
    "candidate.reject": {"position": _id},
    "candidate.unreject": {"position": _id},
    "candidate.delete": {"position": _id},
    "attachment.upload": {"bytes": _number},
    "jobapp.update": {"fields": _fields},
    "jobapp.dismiss_mail": {"mail": _id},
    "note.create": {"jobapp": _id},
    "mailbox.add": {"plugin": _name},
    "mailbox.update": {"paused": _flag, "renew": _flag},
    "mailbox.remove": {"delete_mail": _flag},
}
# The object of an action is what its name begins with, but for these.
_KINDS: Final[Mapping[str, ObjectKind]] = {
    "invitation.accept": "position",
    "invitation.decline": "position",
    "identity.link": "user",
    "identity.renew": "user",
}


def _rule_of(action: Action) -> ActionRule:
    kind = _KINDS.get(action) or _kind_named(action.partition(".")[0])
    return ActionRule(kind, _VALUES.get(action, MappingProxyType({})))


def _kind_named(name: str) -> ObjectKind:
    for kind in get_args(ObjectKind):
        if kind == name:
            found: ObjectKind = kind
            return found
    raise ValueError(f"There are no objects of the kind {name}")


ACTIONS: Final[Mapping[Action, ActionRule]] = MappingProxyType(
    {action: _rule_of(action) for action in get_args(Action)}
)


def check_values(action: Action, values: Mapping[str, Value]) -> dict[str, Stored]:
    """Return the values as an entry stores them; raise `ValueError` for one that the action's rule doesn't allow."""
    allowed = ACTIONS[action].values
    if unknown := sorted(values.keys() - allowed.keys()):
        raise ValueError(f"An entry of {action} has no {', '.join(unknown)}")
    return {name: allowed[name](value) for name, value in values.items()}

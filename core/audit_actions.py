"""The closed list of actions in the audit logs of tenants, and what an entry may say about each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from core.audit_rules import (
    ActionRule,
    Check,
    check_fields,
    check_flag,
    check_id,
    check_name,
    check_number,
    one_of,
    some_of,
)
from core.recruiting.vocabulary import Stack

ObjectKind = Literal[
    "apikey",
    "attachment",
    "candidate",
    "export",
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
    "user.invite",
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
    "user.begin_totp",
    "user.enrol_totp",
    "user.remove_totp",
    "user.use_recovery_code",
    "identity.link",
    "identity.renew",
    "invitation.accept",
    "invitation.decline",
    "invitation.resend",
    "invitation.withdraw",
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
    # Of all data of the tenant.
    "export.request",
    "export.download",
    "export.remove",
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

_stack: Final = one_of(*get_args(Stack))
_role: Final = one_of("owner", "staff", "user")
_provider: Final = {"provider": check_name}
_mail_domain: Final = {"state": one_of("public", "company", "default")}
_limits: Final = {"rate": check_number, "burst": check_number}
_VALUES: Final[Mapping[str, Mapping[str, Check]]] = {
    "user.update": {"fields": check_fields},
    "user.invite": {"role": _role},
    "user.set_role": {"role": _role},
    "user.login": {"client": check_name, "second_factor": check_flag},
    # `omitted`: how many like it were not recorded before it (`tenants.audit.flooding`).
    "user.login_failed": {"step": one_of("password", "code", "provider"), "omitted": check_number},
    "user.refresh_refused": {"omitted": check_number},
    "user.use_recovery_code": {"left": check_number},
    "invitation.resend": {"user": check_id},
    "invitation.withdraw": {"user": check_id},
    "identity.link": _provider,
    "identity.renew": _provider,
    "apikey.create": {
        "user": check_id,
        "scopes": some_of("read", "write"),
        "expires_in_days": check_number,
        "version": check_name,
        **_limits,
    },
    "apikey.limit": _limits,
    "oauthclient.create": {"version": check_name},
    "oauthclient.pin": {"version": check_name},
    "oauthclient.add_origin": {"origin": check_name},
    "oauthclient.remove_origin": {"origin": check_name},
    "provider.set": {"client": check_name, "has_secret": check_flag, "options": check_fields},
    "provider.remove": {"client": check_name},
    "plugin.switch": {"kinds": some_of("login", "mail"), "on": check_flag},
    "mail_domain.set": _mail_domain,
    "mail_domain.replace": _mail_domain,
    "position.create": {"fields": check_fields},
    "position.update": {"fields": check_fields},
    "candidate.create": {"position": check_id},
    "candidate.update": {"position": check_id, "fields": check_fields},
    "candidate.move": {"position": check_id, "from": _stack, "to": _stack},
    "candidate.reject": {"position": check_id},
    "candidate.unreject": {"position": check_id},
    "candidate.delete": {"position": check_id},
    "attachment.upload": {"bytes": check_number},
    "jobapp.update": {"fields": check_fields},
    "jobapp.dismiss_mail": {"mail": check_id},
    "note.create": {"jobapp": check_id},
    "mailbox.add": {"plugin": check_name},
    "mailbox.update": {"paused": check_flag, "renew": check_flag},
    "mailbox.remove": {"delete_mail": check_flag},
}
# The object of an action is what its name begins with, but for these.
_KINDS: Final[Mapping[str, ObjectKind]] = {
    "invitation.accept": "position",
    "invitation.decline": "position",
    "invitation.resend": "position",
    "invitation.withdraw": "position",
    "identity.link": "user",
    "identity.renew": "user",
}


ACTIONS: Final[Mapping[Action, ActionRule]] = MappingProxyType(
    {
        action: ActionRule(
            action,
            _KINDS.get(action, action.partition(".")[0]),
            _VALUES.get(action, MappingProxyType({})),
        )
        for action in get_args(Action)
    }
)

"""The closed list of actions in the audit log of the installation, and what an entry may say about each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from core.audit_rules import (
    ActionRule,
    Check,
    check_fields,
    check_flag,
    check_host,
    check_id,
    check_name,
    check_number,
    check_time,
    one_of,
    some_of,
)
from core.quotas.values import QUOTAS

ObjectKind = Literal[
    "apikey",
    "domain",
    "job",
    "log",
    "oauthclient",
    "operator",
    "plugin",
    "provider",
    "request",
    "status",
    "tenant",
    "user",
]
Action = Literal[
    "tenant.create",
    "tenant.rename",
    "tenant.suspend",
    "tenant.resume",
    "tenant.reset",
    "tenant.delete",
    "tenant.schedule_deletion",
    "tenant.restore",
    "tenant.migrate",
    "tenant.invite_owner",
    "tenant.quota",
    "tenant.recount",
    "tenant.owner",
    "tenant.mail_domain",
    "tenant.retention",
    "provisioning.request",
    "provisioning.take_credentials",
    "domain.add",
    "domain.verify",
    "domain.remove",
    "domain.primary",
    "apikey.create",
    "apikey.limit",
    "apikey.revoke",
    "user.create",
    "user.confirm",
    "user.set_password",
    "user.deactivate",
    "user.activate",
    "user.end_sessions",
    "user.remove",
    "user.set_role",
    "operator.create",
    "operator.set_password",
    "operator.disable",
    "operator.enable",
    "operator.remove",
    "operator.begin_totp",
    "operator.enrol_totp",
    "operator.reset_totp",
    "operator.use_recovery_code",
    "operator.renew_recovery_codes",
    "operator.end_sessions",
    "operator.make_link",
    "operator.set_role",
    "operator.login",
    "operator.login_failed",
    "operator.logout",
    "oauthclient.create",
    "oauthclient.pin",
    "oauthclient.remove",
    "oauthclient.add_origin",
    "oauthclient.remove_origin",
    "provider.set",
    "provider.remove",
    "provider.reencrypt",
    "plugin.switch",
    "status.add",
    "mail.import",
    "mail.reparse",
    "job.retry",
    "job.cancel",
    "audit.export",
]

_user: Final = {"user": check_id}
_origin: Final = {"origin": check_name}
_provider: Final = {"client": check_name, "has_secret": check_flag, "options": check_fields}
_VALUES: Final[Mapping[str, Mapping[str, Check]]] = {
    "tenant.create": {"host": check_host, "owner": check_id, "sandbox": check_flag},
    "tenant.rename": {"fields": check_fields},
    "tenant.delete": {"schema": check_name},
    "tenant.schedule_deletion": {"purge_at": check_time},
    "tenant.invite_owner": _user,
    "tenant.quota": dict.fromkeys(QUOTAS, check_number),
    "tenant.owner": _user,
    "tenant.mail_domain": {"domain": check_host, "state": one_of("public", "company", "default")},
    "tenant.retention": {"mail_days": check_number},
    "provisioning.request": {"verb": check_name},
    "apikey.create": {"user": check_id, "scopes": some_of("read", "write")},
    "apikey.limit": {"rate": check_number, "burst": check_number},
    "user.set_role": {"role": one_of("owner", "staff", "user")},
    "operator.create": {"role": one_of("all", "read")},
    "operator.set_role": {"role": one_of("all", "read")},
    "operator.use_recovery_code": {"left": check_number},
    "operator.end_sessions": {"sessions": check_number},
    "operator.login": {"second_factor": check_flag},
    # `omitted`: how many like it were not recorded before it (`tenants.audit.flooding`).
    "operator.login_failed": {"step": one_of("password", "code"), "omitted": check_number},
    "oauthclient.pin": {"version": check_name},
    "oauthclient.add_origin": _origin,
    "oauthclient.remove_origin": _origin,
    "provider.set": _provider,
    "provider.remove": {"client": check_name},
    "plugin.switch": {"kinds": some_of("login", "mail"), "on": check_flag},
    "mail.import": _user,
    "mail.reparse": {"plugin": check_name},
    "job.retry": {"task": check_name},
    "job.cancel": {"task": check_name},
}
# The object of an action is what its name begins with, but for these.
_KINDS: Final[Mapping[str, ObjectKind]] = {
    "provisioning.request": "request",
    "provisioning.take_credentials": "request",
    "mail.import": "tenant",
    "mail.reparse": "tenant",
    "provider.reencrypt": "tenant",
    "audit.export": "log",
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

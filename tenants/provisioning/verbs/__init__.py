"""What the console can have done with the owner's role: one class for each verb, with its checked arguments.

Each calls the service that `manage.py` calls too. `check` raises early what the service would raise, with the rights of
the application alone; `perform` runs in the provisioning worker.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from tenants.provisioning.verbs.base import Outcome, Verb, VerbFailed
from tenants.provisioning.verbs.domains import AddDomain, MakePrimary, RemoveDomain, VerifyDomain
from tenants.provisioning.verbs.operators import (
    CreateOperator,
    DisableOperator,
    EnableOperator,
    RemoveOperator,
    ResetSecondFactor,
    SetOperatorRole,
)
from tenants.provisioning.verbs.tenants import (
    CreateTenant,
    DeleteTenant,
    MigrateTenant,
    ProviderSetup,
    ResetTenant,
    RestoreTenant,
    SentSetup,
    decrypt_setups,
    encrypt_setups,
)

_ALL: Final[Sequence[type[Verb]]] = (
    CreateTenant,
    DeleteTenant,
    MigrateTenant,
    ResetTenant,
    RestoreTenant,
    AddDomain,
    MakePrimary,
    RemoveDomain,
    VerifyDomain,
    CreateOperator,
    DisableOperator,
    EnableOperator,
    RemoveOperator,
    ResetSecondFactor,
    SetOperatorRole,
)
VERBS: Final[Mapping[str, type[Verb]]] = {verb.name: verb for verb in _ALL}

__all__ = [
    "VERBS",
    "AddDomain",
    "CreateOperator",
    "CreateTenant",
    "DeleteTenant",
    "DisableOperator",
    "EnableOperator",
    "MakePrimary",
    "MigrateTenant",
    "Outcome",
    "ProviderSetup",
    "RemoveDomain",
    "RemoveOperator",
    "ResetSecondFactor",
    "ResetTenant",
    "RestoreTenant",
    "SentSetup",
    "SetOperatorRole",
    "Verb",
    "VerbFailed",
    "VerifyDomain",
    "decrypt_setups",
    "encrypt_setups",
]
